@ The floating-point extension (DDI 0403E, A6.4 to A6.7): r0 to r2 are the operands' bits, r12 is FPSCR.
#include "macros.inc"
#ifdef __ARM_FP

.macro operands
    vmsr fpscr, r12
    vmov s0, r0
    vmov s1, r1
    vmov s2, r2
.endm

group float_single
    operands
    .irp op, vadd, vsub, vmul, vdiv, vnmul
    \op\().f32 s3, s0, s1
    \op\().f32 s4, s1, s2
    .endr
    .irp op, vmla, vmls, vnmla, vnmls, vfma, vfms, vfnma, vfnms
    vmov.f32 s5, s2
    \op\().f32 s5, s0, s1
    .endr
    vabs.f32 s6, s0
    vneg.f32 s7, s0
    vsqrt.f32 s8, s0
    vcmp.f32 s0, s1
    vmrs apsr_nzcv, fpscr
    vcmpe.f32 s0, s1
    vmrs r3, fpscr
    vcmp.f32 s0, #0.0
    vmrs apsr_nzcv, fpscr
    it gt
    vaddgt.f32 s9, s0, s1
    vcmpe.f32 s0, #0.0
    vmrs r3, fpscr
#ifdef FPV5
    vmaxnm.f32 s10, s0, s1
    vminnm.f32 s11, s0, s1
    vselge.f32 s12, s0, s1
    vrinta.f32 s13, s0
    vrintz.f32 s14, s0
    vrintx.f32 s15, s0
    vrintr.f32 s16, s0
    vrintn.f32 s17, s0
    vrintp.f32 s18, s0
    vrintm.f32 s19, s0
    vcvta.s32.f32 s20, s0
    vcvtn.u32.f32 s21, s0
    vcvtp.s32.f32 s22, s0
    vcvtm.u32.f32 s23, s0
#endif
    mov r3, #0
    vmsr fpscr, r3
    done

group float_moves
    operands
    sub sp, sp, #96
    mov r11, sp
    vmov r3, s0
    vmov d5, r0, r1
    vmov r4, r5, d5
    vmov s30, s31, r0, r1
    vmov r6, r7, s30, s31
    vmov.f32 s4, #1.0
    vmov.f32 s5, #-31.0
    vmov.f32 s6, #0.125
    vstr s0, [r11]
    vldr s8, [r11]
    vstr d5, [r11, #8]
    vldr d6, [r11, #8]
    vstmia r11!, {s0-s6}
    vldmdb r11!, {s10-s16}
    vpush {d0-d3}
    vpop {d8-d11}
    vstmia r11, {d4-d7}
    vldmia r11, {d12-d15}
    cmp r0, r1
    ittt hi
    vldrhi s7, [r11, #4]
    vstrhi s7, [r11, #8]
    vmovhi r3, s7
    svc #5
    vmrs r3, fpscr
    ldr r4, =0xE000EF34
    ldr r3, [r4]
    add sp, sp, #96
    mov r3, #0
    vmsr fpscr, r3
    done

group float_convert
    operands
    vcvt.s32.f32 s3, s0
    vcvt.u32.f32 s4, s0
    vcvtr.s32.f32 s5, s0
    vcvtr.u32.f32 s6, s0
    vcvt.f32.s32 s7, s0
    vcvt.f32.u32 s8, s1
    vmov.f32 s9, s0
    vcvt.s32.f32 s9, s9, #12
    vmov.f32 s10, s0
    vcvt.u16.f32 s10, s10, #3
    vmov.f32 s11, s0
    vcvt.f32.s16 s11, s11, #7
    vcvtb.f32.f16 s12, s0
    vcvtt.f32.f16 s13, s0
    vcvtb.f16.f32 s14, s0
    vcvtt.f16.f32 s14, s1
    vmrs r3, fpscr
    mov r3, #0
    vmsr fpscr, r3
    done

#if __ARM_FP & 8
group float_double
    operands
    vmov d1, r2, r0
    vmov d2, r0, r1
    vcvt.f64.f32 d3, s0
    .irp op, vadd, vsub, vmul, vdiv, vnmul
    \op\().f64 d4, d1, d2
    \op\().f64 d5, d3, d2
    .endr
    .irp op, vmla, vmls, vnmla, vnmls, vfma, vfms, vfnma, vfnms
    vmov.f64 d6, d1
    \op\().f64 d6, d2, d3
    .endr
    vabs.f64 d7, d1
    vneg.f64 d8, d2
    vsqrt.f64 d9, d3
    vcmp.f64 d1, d2
    vmrs apsr_nzcv, fpscr
    vcmpe.f64 d1, #0.0
    vmrs r3, fpscr
    vmov.f64 d10, #1.0
    vmov.32 d7[0], r0
    vmov.32 d7[1], r1
    vmov.32 r8, d7[1]
    vcvt.f32.f64 s22, d2
    vcvt.s32.f64 s23, d3
    vcvt.u32.f64 s24, d2
    vcvt.f64.s32 d13, s0
    vcvt.f64.u32 d14, s1
    vmaxnm.f64 d10, d1, d2
    vminnm.f64 d11, d1, d2
    vseleq.f64 d12, d1, d2
    vrintz.f64 d13, d3
    vrinta.f64 d14, d3
    vcvta.s32.f64 s30, d3
    vcvtb.f64.f16 d15, s0
    vcvtb.f16.f64 s26, d3
    mov r3, #0
    vmsr fpscr, r3
    done
#endif
#endif
