@ Data processing, multiplication, division, saturation, bit fields and conditional execution (DDI 0403E, A5 and A7.7).
#include "macros.inc"

@ Shifted registers and modified immediates, with and without flags.
.macro shifted op
    flags
    \op r3, r0, r1
    \op\()s r4, r0, r1
    \op\()s r5, r0, r1, lsl #7
    \op\()s r6, r0, r1, lsr #32
    \op\()s r7, r0, r1, asr #32
    \op\()s r8, r0, r1, asr #1
    \op\()s r9, r0, r1, ror #31
    \op\()s r10, r0, r1, rrx
    \op r11, r0, r1, lsl #31
    \op\()s r3, r0, #0xff
    \op\()s r4, r0, #0x00ff00ff
    \op\()s r5, r0, #0xff00ff00
    \op\()s r6, r0, #0xabababab
    \op\()s r7, r0, #0x3fc00
    \op\()s r8, r0, #0x80000000
.endm

group arithmetic
    .irp op, add, adc, sub, sbc, rsb
    shifted \op
    .endr
    flags
    adds r3, r0, #7
    subs r4, r0, #7
    mov r5, r0
    adds r5, #200
    subs r5, #255
    adds r5, r5, r1
    add r5, r0
    add r5, sp, #16
    add.w r6, sp, r1, lsl #2
    addw r7, r0, #4095
    subw r8, r0, #4095
    adr r9, arithmetic
    rsbs r3, r0, #0
    negs r4, r1
    cmp r0, r1
    cmn r0, r1
    cmp.w r0, r1, asr #3
    cmn.w r0, r1, ror #5
    cmp r0, #255
    cmn r0, #1
    cmp r0, #0x80000000
    adcs r3, r1
    sbcs r3, r0
    done

group logic
    .irp op, and, orr, eor, bic, orn
    shifted \op
    .endr
    flags
    mov r3, r0
    ands r3, r1
    orrs r3, r0
    eors r3, r1
    bics r3, r0
    tst r0, r1
    teq r0, r1
    tst.w r0, r1, lsl #9
    teq.w r0, r1, rrx
    tst r0, #0xff000000
    teq r0, #0x80000000
    movs r3, #0
    movs r4, r0
    mvns r5, r0
    mvn.w r6, r0, lsr #3
    movs.w r7, #0xff000000
    mvns.w r8, #0
    movw r9, #0xffff
    movt r9, #0x8000
    movs.w r10, r0, rrx
    done

@ By register: amounts of 0, 1, 31, 32, 33 and 255 as the edges bring them.
group shifts
    flags
    .irp op, lsl, lsr, asr, ror
    \op r3, r0, r1
    \op\()s.w r4, r0, r1
    mov r5, r0
    \op\()s r5, r1
    .irp amount, 1, 7, 31
    \op\()s r6, r0, #\amount
    .endr
    .endr
    lsrs r7, r0, #32
    asrs r8, r0, #32
    lsrs.w r9, r0, #32
    asrs.w r10, r0, #32
    rrxs r11, r0
    rrx r3, r1
    done

group multiply
    flags
    mul r3, r0, r1
    mov r4, r0
    muls r4, r1, r4
    mla r5, r0, r1, r2
    mls r6, r0, r1, r2
    umull r7, r8, r0, r1
    smull r9, r10, r0, r1
    mov r7, r2
    mov r8, r0
    umlal r7, r8, r0, r1
    smlal r7, r8, r0, r1
    udiv r3, r0, r1
    sdiv r4, r0, r1
    udiv r5, r1, r0
    sdiv r6, r1, r0
    udiv r0, r0, r2
    sdiv r1, r1, r2
    done

group bits
    flags
    clz r3, r0
    rbit r4, r0
    rev r5, r0
    rev.w r5, r1
    rev16 r6, r0
    rev16.w r6, r1
    revsh r7, r0
    revsh.w r7, r1
    sxtb r3, r0
    sxth r4, r0
    uxtb r5, r0
    uxth r6, r0
    sxtb.w r3, r0, ror #8
    sxth.w r4, r0, ror #16
    uxtb.w r5, r0, ror #24
    uxth.w r6, r0, ror #8
    sbfx r7, r0, #0, #1
    sbfx r8, r0, #31, #1
    sbfx r9, r0, #5, #11
    ubfx r10, r0, #0, #32
    ubfx r11, r0, #13, #19
    bfi r3, r0, #0, #32
    bfi r4, r0, #7, #9
    bfi r5, r0, #31, #1
    bfc r6, #0, #32
    bfc r7, #30, #2
    done

group saturate
    flags
    ssat r3, #1, r0
    ssat r4, #8, r0
    ssat r5, #16, r0, lsl #3
    ssat r6, #32, r0, lsl #31
    ssat r7, #12, r0, asr #4
    ssat r8, #24, r0, asr #31
    mrs r9, apsr
    flags
    usat r3, #0, r0
    usat r4, #8, r0
    usat r5, #16, r0, lsl #3
    usat r6, #31, r0, lsl #1
    usat r7, #12, r0, asr #4
    usat r8, #31, r0, asr #31
    mrs r9, apsr
    done

@ Every condition, alone and in the middle of a block; flags that a block's own instructions change.
group conditions
    .irp cond, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le
    flags
    cmp r0, r1
    it \cond
    add\cond r3, r0, r1
    cmn r0, r1
    itt \cond
    mov\cond r4, r1
    eor\cond r4, r4, r0, lsr #5
    .endr
    cmp r0, r1
    ittee hi
    addhi r3, r0, #3
    lslhi r4, r0, r1
    subls r5, r0, r1
    mvnls r6, r1
    itete ne
    cmpne r0, #0
    moveq r3, #1
    movne r4, #2
    moveq r5, #3
    itttt cs
    adcscs r3, r0, r1
    rsbcs r4, r3, #0
    ldrcs r5, [sp]
    strcs r5, [sp]
    ite mi
    addmi r3, r3, #9
    movpl r3, #5
    mov r4, r0
    cmp r0, r1
    bhi 2f
    adds r3, r3, #1
2:
    bge.w 3f
    adds r3, r3, #2
3:
    cbz r0, 4f
    adds r3, r3, #4
4:
    cbnz r1, 5f
    adds r3, r3, #8
5:
    and r4, r0, #3
    tbb [pc, r4]
6:
    .byte (7f - 6b) / 2, (8f - 6b) / 2, (9f - 6b) / 2, (9f - 6b) / 2
7:
    adds r3, r3, #1
8:
    adds r3, r3, #1
9:
    and r4, r1, #1
    tbh [pc, r4, lsl #1]
10:
    .hword (11f - 10b) / 2, (12f - 10b) / 2
11:
    adds r3, r3, #1
12:
    bl 13f
    ldr r5, =14f + 1
    bx r5
13:
    bx lr
14:
    ldr r5, =15f + 1
    blx r5
    b 16f
15:
    mov pc, lr
16:
    done
