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
