@ Loads and stores in all addressing modes of ARMv6-M, aligned, and special registers (DDI 0419, A6.7 and B4).
#include "macros.inc"

group accesses
    sub sp, #64
    mov r7, sp
    str r0, [r7]
    str r1, [r7, #4]
    str r2, [sp, #8]
    strh r0, [r7, #12]
    strh r1, [r7, #14]
    strb r0, [r7, #16]
    strb r1, [r7, #17]
    movs r6, #1
    ands r6, r0
    lsls r6, r6, #2
    .irp op, ldr, ldrh, ldrb, ldrsh, ldrsb
    \op r3, [r7, r6]
    .endr
    .irp op, str, strh, strb
    \op r1, [r7, r6]
    .endr
    ldr r3, [r7, #4]
    ldrh r4, [r7, #2]
    ldrb r5, [r7, #3]
    ldr r3, [sp, #8]
    ldr r4, =0x12345678
    movs r5, #3
    ldrsb r3, [r7, r5]
    ldrb r4, [r7, r5]
    add sp, #64
    done

group multiples
    sub sp, #64
    mov r7, sp
    stmia r7!, {r0-r6}
    mov r7, sp
    ldmia r7!, {r3-r5}
    ldmia r7!, {r6}
    mov r7, sp
    ldmia r7, {r3, r7}
    push {r0-r3}
    pop {r4-r7}
    push {r0, lr}
    pop {r3}
    pop {r4}
    add sp, #64
    done

group special
    .irp name, apsr, iapsr, eapsr, xpsr, ipsr, epsr, iepsr, msp, psp, primask, control
    mrs r3, \name
    .endr
    msr apsr_nzcvq, r0
    mrs r3, apsr
    msr apsr_nzcvq, r1
    mrs r3, apsr
    msr primask, r0
    mrs r4, primask
    cpsid i
    mrs r4, primask
    cpsie i
    mrs r4, primask
    movs r3, #3
    bics r0, r3
    msr psp, r0
    mrs r5, psp
    mov r6, sp
    mrs r6, msp
    nop
    yield
    sev
    wfe
    dmb
    dsb
    isb
    done

@ Bits 0 and 1 of a stack pointer are zero, whatever is written (B1.4.1).
group stack_alignment
    mov r7, sp
    .irp value, r0, r1, r2
    mov sp, \value
    mov r3, sp
    add r3, sp, #8
    msr msp, \value
    mrs r3, msp
    mov r3, sp
    msr psp, \value
    mrs r3, psp
    mov sp, r7
    movs r6, #15
    ands r6, \value
    add sp, r6
    mov r3, sp
    sub sp, #8
    push {r3}
    mov sp, r7
    .endr
    done
