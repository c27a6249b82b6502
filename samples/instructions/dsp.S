@ The DSP extension (DDI 0403E, A5.3.13 to A5.3.17).
#include "macros.inc"
#ifdef __ARM_FEATURE_DSP

group parallel
    flags
    .irp prefix, s, q, sh, u, uq, uh
    .irp op, add16, asx, sax, sub16, add8, sub8
    \prefix\op r3, r0, r1
    sel r4, r0, r1
    .endr
    .endr
    mrs r5, apsr
    msr apsr_nzcvqg, r0
    sel r6, r1, r2
    usad8 r7, r0, r1
    usada8 r8, r0, r1, r2
    ssat16 r9, #5, r0
    usat16 r10, #9, r1
    mrs r5, apsr
    done

group dsp_multiply
    flags
    .irp op, smulbb, smulbt, smultb, smultt, smulwb, smulwt, smuad, smuadx, smusd, smusdx, smmul, smmulr
    \op r3, r0, r1
    .endr
    .irp op, smlabb, smlabt, smlatb, smlatt, smlawb, smlawt, smlad, smladx, smlsd, smlsdx, smmla, smmlar, smmls, smmlsr
    \op r4, r0, r1, r2
    .endr
    mov r5, r0
    mov r6, r2
    .irp op, smlalbb, smlalbt, smlaltb, smlaltt, smlald, smlaldx, smlsld, smlsldx, umaal
    \op r5, r6, r0, r1
    .endr
    qadd r7, r0, r1
    qsub r8, r0, r1
    qdadd r9, r0, r1
    qdsub r10, r0, r1
    mrs r11, apsr
    done

group dsp_pack
    flags
    pkhbt r3, r0, r1
    pkhbt r4, r0, r1, lsl #9
    pkhtb r5, r0, r1, asr #3
    pkhtb r6, r0, r1, asr #32
    .irp op, sxtab, sxtah, sxtab16, uxtab, uxtah, uxtab16
    \op r7, r0, r1
    \op r8, r0, r1, ror #16
    .endr
    sxtb16 r9, r0
    uxtb16 r10, r1, ror #8
    done
#endif
