    .syntax unified
    .thumb
    .cpu cortex-m3
loop:
    adds r0, #1
    movw r4, #0x1234
    str r0, [r1]
    ldr r3, [r1]
    eors r3, r4
    tst r0, #3
    ite eq
    addeq r5, r5, r3
    subne r5, r5, #7
    lsls r6, r0, #5
    itt mi
    addmi r7, #1
    strmi r7, [r1, #4]
    udiv r8, r5, r4
    add r9, r8
    tst r0, #64
    bne skip
    push {r0, r3, r5}
    pop {r2, r3, r6}
skip:
    b loop
