@ Special registers, privilege and hints (DDI 0403E, B5.2).
#include "macros.inc"

group special
    .irp name, apsr, iapsr, eapsr, xpsr, ipsr, epsr, iepsr, msp, psp, primask, basepri, basepri_max, faultmask, control
    mrs r3, \name
    .endr
    msr apsr_nzcvq, r0
    mrs r3, apsr
    msr basepri, r0
    mrs r3, basepri
    msr basepri_max, r1
    mrs r3, basepri
    mov r4, #0
    msr basepri, r4
    msr primask, r0
    mrs r3, primask
    cpsid i
    mrs r3, primask
    cpsie i
    msr faultmask, r0
    mrs r3, faultmask
    cpsid f
    mrs r3, faultmask
    cpsie f
    bic r3, r0, #3
    msr psp, r3
    mrs r3, psp
    nop
    nop.w
    yield
    sev
    wfe
    done

@ Bits 0 and 1 of a stack pointer are zero, whatever is written (B1.4.1).
group stack_alignment
    mov r4, sp
    ldr r5, =words_of_stack_alignment
    .irp value, r0, r1, r2
    mov sp, \value
    mov r3, sp
    add r3, sp, #8
    mov.w sp, \value
    mov r3, sp
    msr msp, \value
    mrs r3, msp
    mov r3, sp
    msr psp, \value
    mrs r3, psp
    str \value, [r5]
    mov sp, r4
    ldr sp, [r5]
    mov r3, sp
    mov r6, #0
    ldr sp, [r5, r6]
    mov r3, sp
    mov sp, r4
    and r6, \value, #0xf
    add sp, r6
    mov r3, sp
    sub.w sp, sp, r6
    mov r3, sp
    add.w sp, sp, r6, lsl #1
    mov r3, sp
    add.w sp, sp, #3
    mov r3, sp
    subw sp, sp, #0x231
    mov r3, sp
    push {r3}
    mov sp, r4
    .endr
    ldr sp, odd_stack_pointer
    mov r3, sp
    mov sp, r4
    done
    .align 2
odd_stack_pointer:
    .word 0x207FFFFF

    .bss
    .align 2
words_of_stack_alignment:
    .space 8

@ The registers of the MPU, which stays off: what is kept of what is written, and the aliases (B3.5).
group protection
    ldr r4, =0xE000ED94 @ MPU_CTRL; RNR, RBAR, RASR and three more pairs follow
    .irp value, r0, r1, r2
    bic r5, \value, #1
    str r5, [r4]
    ldr r3, [r4]
    str \value, [r4, #4]
    ldr r3, [r4, #4]
    .irp pair, 8, 16, 24, 32
    str \value, [r4, #\pair]
    ldr r3, [r4, #\pair]
    and r5, \value, #0x3F
    bic r5, #1
    str r5, [r4, #\pair + 4]
    ldr r3, [r4, #\pair + 4]
    ldr r3, [r4, #4]
    .endr
    .endr
    @ Four regions by one store, last to first, as FreeRTOS does it.
    ldr r5, =0x20000013
    mov r6, #0x2C
    mov r7, #0x12
    mov r8, #0x1A
    mov r9, #0x11
    mov r10, #0x18
    mov r11, #0x10
    mov lr, #0x16
    add r3, r4, #8
    stmia r3, {r5-r11, lr}
    mov r5, #8
1:
    subs r5, #1
    str r5, [r4, #4]
    ldr r3, [r4, #8]
    ldr r3, [r4, #12]
    ldr r3, [r4, #32]
    ldr r3, [r4, #36]
    mov r6, #0
    str r6, [r4, #12]
    str r6, [r4, #8]
    bne 1b
    str r5, [r4]
    done

@ Thread mode on the process stack and without privilege, and back by a service call.
group unprivileged
    mrs r4, control
    ldr r5, =0x20200000
    msr psp, r5
    mov r6, #3
    msr control, r6
    isb
    mov r7, sp
    push {r0, r1}
    .irp name, xpsr, msp, psp, primask, basepri, control
    mrs r3, \name
    .endr
    msr primask, r0
    msr basepri, r1
    msr control, r4
    cpsid i
    mrs r3, primask
    pop {r0, r1}
    svc #1
    mrs r3, control
    msr control, r4 @ back to the main stack, which the return did not choose
    isb
    mrs r3, control
    mrs r3, msp
    mrs r3, psp
    done
