.syntax unified
.thumb
 ldr r0, =0x40000000
loop:
 adds r2, #1
 ldr r3, [r0]
 lsls r4, r3, #31
 ite mi
 strmi r2, [r0, #4]
 ldrpl r5, [r0, #8]
 adds r6, r6, r5
 itt ne
 ldrne r7, [r0, #12]
 addne r6, r6, r7
 strd r2, r6, [r0, #16]
 str r6, [r1, #4]
 ldr r8, [r1, #4]
 add r9, r8
 b loop
.pool
