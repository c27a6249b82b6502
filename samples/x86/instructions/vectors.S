/* MMX, SSE and SSE2, and the x87: every class, compared register by register. */
    .file "vectors.S"
    .text

    .macro pair operation
    movaps (%esi), %xmm0
    \operation (%edi), %xmm0
    .endm

    .macro scalar operation
    movaps (%esi), %xmm1
    \operation (%edi), %xmm1
    .endm

    /* Each pair of rows of floats. */
    .global vectors
vectors:
    pusha
    mov %cr4, %eax
    or $0x600, %eax
    mov %eax, %cr4
    mov $rows, %esi
1:  mov $rows, %edi
2:  .irp operation, addps, subps, mulps, divps, minps, maxps, andps, andnps, orps, xorps, unpcklps, unpckhps
    pair \operation
    .endr
    .irp operation, addpd, subpd, mulpd, divpd, minpd, maxpd, andpd, andnpd, orpd, xorpd, unpcklpd, unpckhpd
    pair \operation
    .endr
    .irp operation, addss, subss, mulss, divss, minss, maxss, sqrtss, cvtss2sd
    scalar \operation
    .endr
    .irp operation, addsd, subsd, mulsd, divsd, minsd, maxsd, sqrtsd, cvtsd2ss
    scalar \operation
    .endr
    .irp predicate, 0, 1, 2, 3, 4, 5, 6, 7
    movaps (%esi), %xmm2
    cmpps $\predicate, (%edi), %xmm2
    movaps (%esi), %xmm3
    cmppd $\predicate, (%edi), %xmm3
    movaps (%esi), %xmm2
    cmpss $\predicate, (%edi), %xmm2
    movaps (%esi), %xmm3
    cmpsd $\predicate, (%edi), %xmm3
    .endr
    movaps (%esi), %xmm4
    comiss (%edi), %xmm4
    ucomiss (%edi), %xmm4
    comisd (%edi), %xmm4
    ucomisd (%edi), %xmm4
    .irp operation, paddb, paddw, paddd, paddq, psubb, psubw, psubd, psubq, paddsb, paddsw, paddusb, paddusw, psubsb, psubsw, psubusb, psubusw
    pair \operation
    .endr
    .irp operation, pmullw, pmulhw, pmulhuw, pmuludq, pmaddwd, psadbw, pavgb, pavgw, pminub, pmaxub, pminsw, pmaxsw
    pair \operation
    .endr
    .irp operation, pcmpeqb, pcmpeqw, pcmpeqd, pcmpgtb, pcmpgtw, pcmpgtd, pand, pandn, por, pxor
    pair \operation
    .endr
    .irp operation, packsswb, packssdw, packuswb, punpcklbw, punpcklwd, punpckldq, punpcklqdq, punpckhbw, punpckhwd, punpckhdq, punpckhqdq
    pair \operation
    .endr
    movaps (%esi), %xmm5
    shufps $0x1b, (%edi), %xmm5
    shufpd $1, (%edi), %xmm5
    pshufd $0x93, (%edi), %xmm6
    pshuflw $0x2d, (%edi), %xmm6
    pshufhw $0x72, (%edi), %xmm6
    movmskps %xmm5, %eax
    movmskpd %xmm5, %eax
    pmovmskb %xmm5, %eax
    cvtps2dq (%edi), %xmm7
    cvttps2dq (%edi), %xmm7
    cvtdq2ps (%edi), %xmm7
    cvtdq2pd (%edi), %xmm7
    cvtps2pd (%edi), %xmm7
    cvtpd2ps (%edi), %xmm7
    cvtpd2dq (%edi), %xmm7
    cvttpd2dq (%edi), %xmm7
    cvtss2si (%edi), %eax
    cvttss2si (%edi), %ebx
    cvtsd2si (%edi), %ecx
    cvttsd2si (%edi), %edx
    cvtsi2ss (%edi), %xmm7
    cvtsi2sd (%edi), %xmm7
    sqrtps (%edi), %xmm7
    sqrtpd (%edi), %xmm7
    stmxcsr control
    mov control, %eax
    add $16, %edi
    cmp $rows_end, %edi
    jb 2b
    movl $0x1f80, control
    ldmxcsr control
    add $16, %esi
    cmp $rows_end, %esi
    jb 1b

    /* Every rounding, and shifts by counts. */
    .irp rounding, 0x1f80, 0x3f80, 0x5f80, 0x7f80
    movl $\rounding, control
    ldmxcsr control
    movaps rows + 32, %xmm0
    cvtps2dq %xmm0, %xmm1
    divps rows + 48, %xmm0
    cvtpd2ps rows + 64, %xmm2
    cvtss2si rows + 32, %eax
    .endr
    movl $0x1f80, control
    ldmxcsr control
    /* Denormal results flushed to zero (FZ), denormal operands taken for zero (DAZ), both, and by the x87, which does neither. */
    .irp word, 0x1f80, 0x9f80, 0x1fc0, 0x9fc0, 0x1f80
    movl $\word, control
    ldmxcsr control
    .irp operation, mulps, divps, addps, subps, maxps, cmpltps
    movaps small, %xmm0
    \operation small + 16, %xmm0
    .endr
    .irp operation, mulpd, divpd, addpd, subpd, minpd
    movaps small + 32, %xmm1
    \operation small + 48, %xmm1
    .endr
    movaps small + 32, %xmm2
    cvtpd2ps small + 64, %xmm3
    cvtps2pd small + 16, %xmm4
    sqrtps small, %xmm5
    ucomiss small, %xmm5
    stmxcsr control
    mov control, %eax
    fldl small + 32
    fmull small + 48
    fstpl scratch
    fxsave image
    movl $0x1f80, control
    ldmxcsr control
    fxrstor image
    movaps small, %xmm0
    mulps small + 16, %xmm0
    .endr
    movl $0x1f80, control
    ldmxcsr control
    .irp count, 0, 1, 15, 16, 31, 32, 63, 64, 100
    mov $\count, %eax
    movd %eax, %xmm7
    .irp operation, psllw, pslld, psllq, psrlw, psrld, psrlq, psraw, psrad
    movaps rows + 16, %xmm0
    \operation %xmm7, %xmm0
    movaps rows + 80, %xmm1
    \operation $(\count & 127), %xmm1
    .endr
    .endr
    pslldq $3, %xmm0
    psrldq $5, %xmm1
    movd %xmm1, %eax
    pinsrw $3, %eax, %xmm1
    pextrw $5, %xmm1, %ebx
    movhlps %xmm1, %xmm2
    movlhps %xmm1, %xmm2
    movhps rows, %xmm3
    movlps rows, %xmm3
    movhps %xmm3, scratch
    movlps %xmm3, scratch + 8
    movss %xmm1, %xmm4
    movsd %xmm1, %xmm4
    movq %xmm1, %xmm5
    movq %xmm5, scratch
    movups rows + 1, %xmm6
    movdqu rows + 3, %xmm6
    movups %xmm6, unaligned + 3
    lddqu unaligned + 5, %xmm7
    movnti %eax, scratch
    movntps %xmm6, scratch
    movntdq %xmm5, scratch
    mov $scratch, %edi
    maskmovdqu %xmm6, %xmm5
    movaps scratch, %xmm0
    haddps %xmm5, %xmm6
    addsubps %xmm5, %xmm6
    movddup %xmm5, %xmm1
    movshdup %xmm5, %xmm1
    movsldup %xmm5, %xmm1

    /* MMX, which is the x87's registers. */
    fninit
    movq rows + 16, %mm0
    movq rows + 24, %mm1
    .irp operation, paddb, psubw, pmullw, pmaddwd, pcmpgtb, packsswb, punpckhbw, psrlw, pslld, pxor, paddusb, pand, pandn, por, pavgb, psadbw
    \operation %mm1, %mm0
    movq %mm0, %mm2
    .endr
    pshufw $0x1b, %mm0, %mm3
    pmovmskb %mm0, %eax
    movq2dq %mm0, %xmm0
    movdq2q %xmm1, %mm4
    cvtpi2ps %mm0, %xmm0
    cvttps2pi %xmm0, %mm5
    cvtpi2pd %mm1, %xmm1
    cvtpd2pi rows + 32, %mm6
    movd %mm0, %ebx
    emms

    /* What FXSAVE stores, and FXRSTOR brings back; not the pointers. */
    fld1
    fldpi
    fxsave image
    mov image, %eax
    mov image + 4, %ebx
    mov image + 24, %ecx
    movups image + 32, %xmm0
    movups image + 48, %xmm1
    movups image + 160, %xmm2
    movups image + 272, %xmm3
    fninit
    movl $0x5f80, image + 24
    fxrstor image
    fnstsw %ax
    stmxcsr control
    mov control, %ebx
    movl $0x1f80, control
    ldmxcsr control
    fstp %st(0)
    fstp %st(0)
    fnstenv image
    mov image, %eax
    mov image + 4, %ebx
    mov image + 8, %ecx
    fldenv image
    fld1
    fnsave image
    mov image + 8, %eax
    movups image + 28, %xmm4
    frstor image
    fstp %st(0)
    popa
    ret

    /* The x87 by itself. */
    .global x87
x87:
    pusha
    fninit
    mov $doubles, %esi
1:  mov $doubles, %edi
2:  fldl (%esi)
    .irp operation, fadd, fsub, fsubr, fmul, fdivr
    fldl (%esi)
    \operation\()l (%edi)
    fstp %st(0)
    fldl (%edi)
    \operation %st(1), %st
    \operation\()p %st, %st(1)
    fldl (%esi)
    .endr
    .rept 4
    fstp %st(0)
    .endr
    fninit
    fldl (%edi)
    fldl (%esi)
    fcom %st(1)
    fnstsw %ax
    fucom %st(1)
    fnstsw %ax
    fcomi %st(1), %st
    fucomi %st(1), %st
    fcmovb %st(1), %st
    ftst
    fxam
    fnstsw %ax
    fabs
    fchs
    frndint
    fistl scratch
    fistpll scratch
    fildl scratch
    fildll scratch
    fsts scratch
    fstpt scratch
    fldt scratch
    fxch %st(1)
    fstps scratch
    flds scratch
    fisttpl scratch
    fninit
    fclex
    add $8, %edi
    cmp $doubles_end, %edi
    jb 2b
    add $8, %esi
    cmp $doubles_end, %esi
    jb 1b
    .irp word, 0x37f, 0x77f, 0xb7f, 0xf7f, 0x27f, 0x07f
    movw $\word, control
    fldcw control
    fldl doubles + 16
    fdivl doubles + 32
    frndint
    fldl doubles + 32
    fsqrt
    fistpl scratch
    fstps scratch
    .endr
    fninit
    .irp constant, fld1, fldz, fldpi, fldl2e, fldl2t, fldlg2, fldln2
    \constant
    .endr
    fdecstp
    fincstp
    ffree %st(2)
    fnop
    fninit
    filds integers_16
    fbstp image
    fbld image
    fiadds integers_16
    fisubl integers_32
    fimuls integers_16
    ficoms integers_16
    fxtract
    fscale
    fstp %st(0)
    fstp %st(0)
    fninit
    popa
    ret

    .section .data
    .balign 16
rows:
    .float 1, -2.5, 3e10, 0.1
    .long 0x01020304, 0x7f80ff00, 0x80008001, 0x7fff0001
    .float 2.5, -3.5, 1e9, -7.499
    .float 3, 7, -0.3, 1e-3
    .double 1.1, -123456.75
    .long 0x7fc00000, 0xff800000, 0x00000000, 0x80000000
    .double 1e300, -1e-300
    .long 0xdeadbeef, 0x12345678, 0x9abcdef0, 0x0badf00d
rows_end:
small:
    .long 0x00800001, 0x00000001, 0x80000012, 0x7f7fffff
    .long 0x3f000000, 0x3f800000, 0x007fffff, 0x3e800001
    .quad 0x0010000000000001, 0x0000000000000003
    .quad 0x3fe0000000000000, 0x3ff0000000000000
    .quad 0x3800000000000000, 0x36a0000000000000
doubles:
    .double 1.5, -2.25, 10, 1e10, 3, -1e-5, 1e200, 0.5
doubles_end:
integers_16:
    .word 1234, 0
integers_32:
    .long -77777
    .balign 16
control:
    .long 0
    .balign 16
image:
    .skip 512
unaligned:
    .skip 32
    .section .note.GNU-stack, "", @progbits
