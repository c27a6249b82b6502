@ Every data processing instruction and every condition of ARMv6-M (DDI 0419, A5.2).
#include "macros.inc"

group arithmetic
    flags
    adds r3, r0, r1
    adcs r3, r1
    subs r4, r0, r1
    sbcs r4, r0
    flags
    adcs r4, r1
    flags
    sbcs r4, r2
    adds r5, r0, #7
    subs r6, r0, #7
    adds r5, #255
    subs r5, #255
    movs r7, #255
    add r7, r0
    mov r8, r0
    add r8, r1
    mov r9, r8
    add r9, r9
    rsbs r3, r0, #0
    rsbs r4, r1, #0
    cmp r0, r1
    cmp r1, r0
    cmn r0, r1
    cmp r0, #0
    cmp r0, #255
    mov r10, r0
    cmp r10, r1
    cmp r1, r10
    add r3, sp, #16
    sub sp, #8
    add sp, #8
    adr r4, arithmetic_constant
    ldr r5, arithmetic_constant
    flags
    muls r3, r0, r3
    muls r0, r1, r0
    muls r2, r1, r2
    done
    .align 2
arithmetic_constant:
    .word 0x89ABCDEF

group logic
    flags
    .irp op, ands, orrs, eors, bics
    mov r3, r0
    \op r3, r1
    mov r4, r1
    \op r4, r2
    .endr
    tst r0, r1
    tst r1, r2
    mvns r5, r0
    movs r6, r0
    movs r7, #0
    movs r7, #128
    mvns r7, r7
    sxtb r3, r0
    sxth r4, r0
    uxtb r5, r0
    uxth r6, r0
    rev r3, r1
    rev16 r4, r1
    revsh r5, r1
    done

group shifts
    flags
    .irp op, lsls, lsrs, asrs, rors
    mov r3, r0
    \op r3, r1
    mov r4, r1
    \op r4, r2
    mov r5, r0
    movs r6, #33
    \op r5, r6
    mov r5, r0
    movs r6, #32
    \op r5, r6
    flags
    mov r5, r1
    movs r6, #0
    \op r5, r6
    .endr
    .irp amount, 1, 7, 31
    lsls r3, r0, #\amount
    lsrs r4, r0, #\amount
    asrs r5, r0, #\amount
    .endr
    lsrs r4, r0, #32
    asrs r5, r0, #32
    lsls r6, r1, #0
    done

group conditions
    .irp condition, eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le
    flags
    b\condition 1f
    adds r3, #1
1:
    cmp r0, r1
    b\condition 2f
    adds r3, #3
2:
    cmn r0, r1
    b\condition 3f
    subs r3, #5
3:
    .endr
    bl 5f
    ldr r4, =4f
    adds r4, #1
    bx r4
    .align 2
4:
    ldr r5, =6f
    adds r5, #1
    blx r5
    b 7f
5:
    bx lr
    .align 2
6:
    mov pc, lr
7:
    done
