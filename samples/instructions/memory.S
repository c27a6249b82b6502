@ Loads and stores in all addressing modes, single, double, multiple, unaligned and exclusive (DDI 0403E, A6.1 and A7.7).
#include "macros.inc"

group accesses
    sub sp, sp, #64
    mov r11, sp
    str r0, [r11]
    str r1, [r11, #4]
    str r2, [r11, #8]
    strh r0, [r11, #12]
    strh r1, [r11, #14]
    strb r0, [r11, #16]
    strb r1, [r11, #17]
    .irp op, ldr, ldrh, ldrsh, ldrb, ldrsb
    \op r3, [r11]
    \op r4, [r11, #5]
    \op r5, [r11, #1]
    .endr
    and r9, r0, #7
    ldr r3, [r11, r9]
    ldrh r4, [r11, r9, lsl #1]
    ldrsb r5, [r11, r9, lsl #1]
    ldrsh r6, [r11, r9]
    str r1, [r11, r9, lsl #2]
    strh r1, [r11, r9]
    strb r1, [r11, r9, lsl #3]
    mov r8, r11
    ldr r3, [r8], #4
    ldr r4, [r8, #4]!
    ldrh r5, [r8], #-2
    ldrsb r6, [r8, #3]!
    str r0, [r8], #1
    strh r1, [r8, #3]!
    strb r2, [r8], #-5
    ldr r7, [r8, #-4]
    ldr r3, =0x12345678
    mov r4, #0
    ldr r4, [sp, r4]
    ldr r5, [sp, #8]
    str r5, [sp, #12]
    ldrt r3, [r11]
    strt r3, [r11, #20]
    ldrbt r3, [r11]
    ldrsht r3, [r11]
    pld [r11]
    add sp, sp, #64
    done

group multiples
    sub sp, sp, #96
    mov r11, sp
    stmia r11!, {r0-r10}
    stmdb r11!, {r1, r3, r5}
    ldmdb r11!, {r3-r6}
    ldmia r11, {r7, r8}
    ldmia r11!, {r3, r9}
    mov r3, sp
    ldmia r3!, {r4, r5, r6}
    stmia r3!, {r0, r1}
    ldmia r3, {r3, r4}
    strd r0, r1, [sp, #8]
    ldrd r4, r5, [sp, #8]
    mov r11, sp
    strd r1, r2, [r11, #16]!
    ldrd r6, r7, [r11], #-8
    ldrd r8, r11, [r11]
    push {r0-r3, r12}
    pop {r4-r8}
    push {r0}
    pop {r9}
    add sp, sp, #96
    done

@ Over the end of a page too: pages have 1 KiB.
group unaligned
    ldr r11, =0x20100000 + 1024
    sub r11, r11, #4
    .irp offset, 1, 2, 3, 4, 5
    str r0, [r11, #\offset]
    ldr r3, [r11, #\offset]
    ldrh r4, [r11, #\offset]
    ldrsh r5, [r11, #\offset]
    strh r1, [r11, #\offset]
    ldr r6, [r11]
    ldr r7, [r11, #4]
    .endr
    done

group exclusives
    sub sp, sp, #16
    mov r11, sp
    ldrex r3, [r11]
    strex r4, r0, [r11]
    strex r5, r1, [r11]
    ldrexh r6, [r11]
    strexh r7, r0, [r11]
    ldrexb r8, [r11]
    strexb r9, r1, [r11]
    ldrex r3, [r11, #4]
    clrex
    strex r4, r0, [r11, #4]
    ldrex r3, [r11, #8]
    str r1, [r11, #8]
    strex r4, r2, [r11, #8]
    dmb
    dsb
    isb
    add sp, sp, #16
    done
