@ Handlers that show all there is to see of an exception in registers, and go on behind the instruction that faulted.
#include "macros.inc"

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
handler nmi_handler, seen
handler svc_handler, seen
handler pend_sv_handler, seen
handler systick_handler, seen
handler serial_handler, seen
handler timer_handler, nested
handler spare_handler, seen

    .thumb_func
look:
    mrs r0, xpsr
    mrs r0, control
    mrs r0, primask
    ldr r0, =0xE000ED00
    ldr r1, [r0, #0x04] @ ICSR
    bx lr

    .thumb_func
seen:
    push {r4, lr}
    bl look
    pop {r4, pc}

@ Pends the other interrupt, which comes before, at once or behind, as the priorities of the moment say.
    .thumb_func
nested:
    push {r4, lr}
    bl look
    ldr r4, =0xE000E200 @ ISPR
    ldr r3, =0x80000000
    str r3, [r4]
    nop
    bl look
    pop {r4, pc}

    .thumb_func
fault:
    push {r4, lr}
    bl look
    mov r4, lr
    ldr r4, [sp, #4]
    add r0, sp, #8
    lsls r1, r4, #29 @ EXC_RETURN bit 2: the process stack
    bpl 1f
    mrs r0, psp
1:
    ldr r1, [r0, #28]
    ldr r2, =0x01000000
    orrs r1, r2 @ T, which an interworking branch has cleared
    str r1, [r0, #28]
    ldr r1, [r0, #24]
    ldr r2, =resume_address
    ldr r3, [r2]
    cmp r3, #0
    bne 3f
    ldrh r3, [r1]
    lsrs r3, r3, #11
    adds r1, #2
    cmp r3, #0x1D
    blo 2f
    adds r1, #2
2:
    str r1, [r0, #24]
    pop {r4, pc}

@ Behind a branch to nowhere there is nothing to skip.
3:
    movs r1, #1
    bics r3, r1
    str r3, [r0, #24]
    movs r3, #0
    str r3, [r2]
    pop {r4, pc}
    .ltorg

    .section .bss.resume_address, "aw", %nobits
    .global resume_address
    .align 2
resume_address:
    .space 4
