@ Handlers that show all there is to see of an exception in registers, and go on behind the instruction that faulted.
#include "macros.inc"

#define SCB 0xE000ED00

    .section .text.handlers, "ax", %progbits
.macro handler name, target
    .global \name
    .type \name, %function
    .thumb_func
\name:
    mrs r2, msp
    mrs r3, psp
    b \target
.endm

handler hard_fault_handler, fault
handler mem_manage_handler, fault
handler bus_fault_handler, fault
handler usage_fault_handler, fault
#ifdef __ARM_FP
handler nmi_handler, seen_floating
#else
handler nmi_handler, seen
#endif
handler svc_handler, call
handler pend_sv_handler, seen
handler spare_a_handler, seen
handler spare_b_handler, nested

    .thumb_func
look:
    mrs r12, xpsr
    mrs r12, control
    ldr r12, =SCB
    ldr r1, [r12, #0x04] @ ICSR
    ldr r1, [r12, #0x24] @ SHCSR
    bx lr

    .thumb_func
seen:
    push {r4, lr}
    bl look
    pop {r4, pc}

#ifdef __ARM_FP
@ Two floating-point instructions, and what they make of the frame of the code that was interrupted.
    .thumb_func
compute:
    ldr r2, =0xE000EF34
    ldr r3, [r2] @ FPCCR
    ldr r3, [r2, #4] @ FPCAR
    vmov r3, s1
    ldr r3, [r2]
    vadd.f32 s2, s1, s1
    ldr r3, [r2]
    mrs r3, control
    bx lr

    .thumb_func
seen_floating:
    push {r4, lr}
    bl look
    bl compute
    pop {r4, pc}
#endif

@ Pends the other interrupt, which comes before, at once or behind, as the priorities of the moment say.
    .thumb_func
nested:
    push {r4, lr}
    bl look
    ldr r4, =0xE000EF00 @ STIR
    mov r3, #20
    str r3, [r4]
    bl look
    pop {r4, pc}

@ svc #1 makes thread mode privileged; svc #2 pends PendSV from here; svc #0x44 returns by the caller's r0; svc #0x55 makes that
@ the process stack; svc #0x66 returns while it is not active; svc #0x77 computes.
    .thumb_func
call:
    push {r4, lr}
    bl look
    tst lr, #4
    ldr r4, [sp, #4]
    tst r4, #4
    ite eq
    addeq r0, sp, #8
    mrsne r0, psp
    ldr r1, [r0, #24]
    ldrb r1, [r1, #-2]
    cmp r1, #1
    ittt eq
    mrseq r3, control
    biceq r3, r3, #3
    msreq control, r3
    cmp r1, #0x44
    beq 4f
    cmp r1, #0x55
    itt eq
    ldreq r3, [r0]
    msreq psp, r3
    cmp r1, #0x66
    itttt eq
    ldreq r3, =SCB
    ldreq r4, [r3, #0x24]
    biceq r4, r4, #0x80
    streq r4, [r3, #0x24]
    cmp r1, #2
    ittt eq
    ldreq r3, =SCB
    moveq r4, #0x10000000
    streq r4, [r3, #4]
#ifdef __ARM_FP
    cmp r1, #0x77
    it eq
    bleq compute
#endif
    pop {r4, pc}
4:
    ldr r3, [r0]
    pop {r4, lr}
    bx r3

    .thumb_func
fault:
    push {r4, lr}
    bl look
    ldr r1, [r12, #0x28] @ CFSR, cleared
    str r1, [r12, #0x28]
    tst r1, #0x8000
    it ne
    ldrne r4, [r12, #0x38] @ BFAR, while it is valid
    tst r1, #0x80
    it ne
    ldrne r4, [r12, #0x34] @ MMFAR, likewise
    ldr r1, [r12, #0x2C] @ HFSR, cleared
    str r1, [r12, #0x2C]
    ldr r2, =stack_override
    ldr r3, [r2]
    cbz r3, 2f
    msr psp, r3
    movs r3, #0
    str r3, [r2]
2:
    ldr r2, =return_override
    ldr r3, [r2]
    cbz r3, 3f
    str r3, [sp, #4]
    movs r3, #0
    str r3, [r2]
3:
    ldr r4, [sp, #4]
    tst r4, #4
    ite eq
    addeq r0, sp, #8
    mrsne r0, psp
    tst r4, #0x10
    ldr r1, [r0, #28]
    orr r1, r1, #0x01000000 @ T, which an interworking branch has cleared
    str r1, [r0, #28]
    ldr r1, [r0, #24]
    ldr r2, =resume_address
    ldr r3, [r2]
    cbnz r3, 1f
    ldrh r3, [r1]
    lsrs r3, r3, #11
    cmp r3, #0x1D
    ite hs
    addhs r1, r1, #4
    addlo r1, r1, #2
    str r1, [r0, #24]
    pop {r4, pc}

@ Behind a branch to nowhere there is nothing to skip.
1:
    bic r3, r3, #1
    str r3, [r0, #24]
    mov r3, #0
    str r3, [r2]
    pop {r4, pc}
    .ltorg

    .section .bss.resume_address, "aw", %nobits
    .global resume_address, stack_override, return_override
    .align 2
resume_address:
    .space 4
@ Once: what the process stack becomes, and what the handler returns by; 0 for nothing.
stack_override:
    .space 4
return_override:
    .space 4
