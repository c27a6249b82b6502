/*
 * Instructions on operands at the edges. Each function goes through a table of pairs and leaves results in registers; a
 * comparison of every instruction's registers with another processor's is what tests them. Results that the manuals leave
 * undefined are not asked for: flags of shifts by more than one, of multiplications, of BSF on zero.
 */
    .file "arithmetic.S"
    .text

    .macro defined_flags
    pushfq
    andq $0x8c5, (%rsp)
    popfq
    .endm

    .macro two operation
    mov %r8, %rax
    mov %r9, %rbx
    \operation %rbx, %rax
    mov %r8, %rax
    \operation %ebx, %eax
    mov %r8, %rax
    \operation %bx, %ax
    mov %r8, %rax
    \operation %bl, %ah
    .endm

    .macro shift operation
    mov %r9, %rcx
    mov %r8, %rax
    \operation %cl, %rax
    test %eax, %eax
    mov %r8, %rax
    \operation %cl, %eax
    test %eax, %eax
    mov %r8, %rax
    \operation $1, %rax
    \operation $1, %eax
    .endm

    /* All pairs of the integers. */
    .global edges
edges:
    push %rbx
    push %r12
    xor %r10d, %r10d
1:  xor %r11d, %r11d
2:  mov integers(,%r10,8), %r8
    mov integers(,%r11,8), %r9
    two add
    two sub
    clc
    two adc
    stc
    two sbb
    two and
    two or
    two xor
    two cmp
    two xchg
    shift shl
    shift shr
    shift sar
    shift rol
    shift ror
    mov %r8, %rax
    stc
    rcl $1, %rax
    rcr $1, %eax
    mov %r8, %rax
    mul %r9
    test %edx, %edx
    mov %r8, %rax
    imul %r9
    test %edx, %edx
    mov %r8, %rax
    imul %r9, %rax
    test %eax, %eax
    mov %r8, %rax
    neg %rax
    not %eax
    bswap %rax
    movsx %al, %rbx
    movzx %ax, %ebx
    movslq %eax, %rbx
    cqto
    cwtl
    mov %r9, %rcx
    and $63, %ecx
    bt %rcx, %rax
    bts %rcx, %rax
    btc %rcx, %rax
    or $1, %rax
    bsf %rax, %rbx
    bsr %rax, %rbx
    test %ebx, %ebx
    mov %r8, %rax
    mov %r9, %rbx
    cmpxchg %rbx, %rax
    xadd %rbx, %rax
    cmovl %rbx, %rax
    setg %al
    lea 5(%rax,%rbx,4), %rcx
    mov %r9, %rbx
    test %rbx, %rbx
    jz 3f
    mov %r8d, %eax
    xor %edx, %edx
    test %ebx, %ebx
    jz 3f
    div %ebx
    test %eax, %eax
3:  inc %r11
    cmp $9, %r11
    jb 2b
    inc %r10
    cmp $9, %r10
    jb 1b
    mov $0x1122334455667788, %rax
    mov %rax, scratch
    movq $7, scratch + 8
    xor %edx, %edx
    mov $7, %edx
    mov $1, %ebx
    mov $2, %ecx
    cmpxchg16b scratch
    cmpxchg16b scratch
    mov $5, %ecx
    mov $scratch, %esi
    mov $scratch + 3, %edi
    rep movsb
    mov $2, %ecx
    std
    rep stosq
    cld
    mov $scratch, %edi
    mov $16, %ecx
    repne scasb
    mov $scratch, %esi
    mov $scratch + 8, %edi
    mov $8, %ecx
    repe cmpsb
    lodsq
    pop %r12
    pop %rbx
    ret

    .macro x87 operation
    fldt numbers80(%r10)
    fldt numbers80(%r11)
    \operation
    fstp %st(0)
    fstp %st(0)
    fnclex
    .endm

    .macro x87_one operation
    fldt numbers80(%r10)
    \operation
    fstp %st(0)
    fnclex
    .endm

    /* All pairs of numbers, with each of the four roundings. */
    .global floating
floating:
    push %rbx
    push %r12
    xor %r12d, %r12d
    fninit
1:  mov $0x37f, %eax
    mov %r12, %rbx
    shl $10, %ebx
    or %ebx, %eax
    mov %eax, scratch
    fldcw scratch
    xor %r10d, %r10d
2:  xor %r11d, %r11d
3:  x87 "fadd %st(1), %st"
    x87 "fsub %st(1), %st"
    x87 "fmul %st(1), %st"
    x87 "fdiv %st(1), %st"
    x87 "fcom %st(1)"
    x87 "fucom %st(1)"
    fldt numbers80(%r10)
    fldt numbers80(%r11)
    fcomi %st(1), %st
    fstp %st(0)
    fstp %st(0)
    fnclex
    add $10, %r11
    cmp $100, %r11
    jb 3b
    x87_one fsqrt
    x87_one frndint
    x87_one fabs
    x87_one fchs
    x87_one fxam
    x87_one ftst
    fldt numbers80(%r10)
    fistl scratch
    mov scratch, %eax
    fistpll scratch
    mov scratch, %rax
    fldt numbers80(%r10)
    fsts scratch
    mov scratch, %eax
    fstpl scratch
    mov scratch, %rax
    fldl scratch
    fstp %st(0)
    fldt numbers80(%r10)
    fstpt scratch
    mov scratch, %rax
    movzwl scratch + 8, %ebx
    fnclex
    add $10, %r10
    cmp $100, %r10
    jb 2b
    inc %r12
    cmp $4, %r12
    jb 1b

    /* The stack of registers, over and under. */
    fninit
    fld1
    fldz
    fldpi
    fldl2e
    fldl2t
    fldlg2
    fldln2
    fld1
    fld1
    fnclex
    ffree %st(2)
    fincstp
    fdecstp
    fxch %st(3)
    fninit
    fadd %st(1), %st
    fnclex
    fninit
    fld1
    fnstenv scratch
    mov scratch, %eax
    mov scratch + 4, %ebx
    mov scratch + 8, %ecx
    fldenv scratch
    fxsave scratch
    mov scratch, %rax
    mov scratch + 32, %rbx
    mov scratch + 160, %rcx
    fninit
    fxrstor scratch
    movl $-123456, scratch
    fildl scratch
    fbstp scratch
    mov scratch, %rax
    fbld scratch
    fscale
    fninit
    mov $0x0102030405060708, %rax
    movq %rax, %mm0
    movq %rax, %mm1
    paddb %mm1, %mm0
    pmullw %mm1, %mm0
    psllq $3, %mm0
    packuswb %mm1, %mm0
    punpcklbw %mm1, %mm0
    movq %mm0, %rax
    emms
    pop %r12
    pop %rbx
    ret

    .macro sse operation
    movups singles(%r10), %xmm1
    movups singles(%r11), %xmm2
    \operation %xmm2, %xmm1
    movl $0x1f80, scratch
    or %r12d, scratch
    ldmxcsr scratch
    .endm

    .macro sse_double operation
    movups doubles(%r10), %xmm3
    movups doubles(%r11), %xmm4
    \operation %xmm4, %xmm3
    movl $0x1f80, scratch
    or %r12d, scratch
    ldmxcsr scratch
    .endm

    .global vectors
vectors:
    push %rbx
    push %r12
    xor %r12d, %r12d
1:  movl $0x1f80, scratch
    or %r12d, scratch
    ldmxcsr scratch
    xor %r10d, %r10d
2:  xor %r11d, %r11d
3:  sse addps
    sse subps
    sse mulps
    sse divps
    sse minps
    sse maxps
    sse cmpltps
    sse cmpunordps
    sse sqrtps
    sse addss
    sse cvtps2dq
    sse cvttps2dq
    sse cvtps2pd
    sse cvtss2sd
    sse haddps
    sse_double addpd
    sse_double mulpd
    sse_double divpd
    sse_double minsd
    sse_double maxsd
    sse_double sqrtsd
    sse_double cmplepd
    sse_double cvtpd2ps
    sse_double cvtpd2dq
    sse_double cvttpd2dq
    sse_double addsubpd
    movups singles(%r10), %xmm1
    movups singles(%r11), %xmm2
    ucomiss %xmm2, %xmm1
    cvtss2si %xmm1, %rax
    cvttss2si %xmm2, %eax
    movups doubles(%r10), %xmm3
    movups doubles(%r11), %xmm4
    comisd %xmm4, %xmm3
    cvtsd2si %xmm3, %rax
    cvttsd2si %xmm4, %eax
    cvtsi2sd %rax, %xmm5
    cvtsi2ssl %eax, %xmm6
    ldmxcsr scratch
    add $16, %r11
    cmp $64, %r11
    jb 3b
    add $16, %r10
    cmp $64, %r10
    jb 2b
    add $0x2000, %r12
    cmp $0x8000, %r12
    jb 1b
    mov $0x1fc0, %r12d                  /* denormals are zero */
    mov %r12d, scratch
    ldmxcsr scratch
    xor %r10d, %r10d
    mov $48, %r11d
    sse mulps
    sse_double mulpd
    movl $0x1f80, scratch
    ldmxcsr scratch

    movups bytes, %xmm0
    movups bytes + 16, %xmm1
    .irp operation, paddb, paddsb, paddusw, psubb, psubsw, pmullw, pmulhw, pmulhuw, pmaddwd, pavgb, pminub, pmaxsw, psadbw, \
        pcmpeqb, pcmpgtw, packsswb, packuswb, packssdw, punpcklbw, punpckhdq, punpcklqdq, pand, pandn, por, pxor, \
        psllw, psrad, psrlq, paddq, pmuludq, unpcklps, unpckhpd
    movaps %xmm0, %xmm2
    \operation %xmm1, %xmm2
    .endr
    pshufd $0x1b, %xmm1, %xmm3
    pshuflw $0x39, %xmm1, %xmm4
    pshufhw $0x93, %xmm1, %xmm5
    shufps $0x4e, %xmm1, %xmm5
    shufpd $1, %xmm1, %xmm5
    psrldq $3, %xmm1
    pslldq $5, %xmm1
    pmovmskb %xmm1, %eax
    movmskps %xmm1, %eax
    pextrw $3, %xmm1, %eax
    pinsrw $6, %eax, %xmm1
    movhlps %xmm1, %xmm2
    movlhps %xmm1, %xmm3
    movddup %xmm1, %xmm8
    movshdup %xmm1, %xmm15
    movnti %rax, scratch
    movntdq %xmm1, scratch + 16
    lfence
    mfence
    pop %r12
    pop %rbx
    ret

    .section .rodata
    .balign 16
integers:
    .quad 0, 1, -1, 0x7fffffffffffffff, 0x8000000000000000, 0x80000000, 0x7fffffff, 0x123456789abcdef0, 0xff80ff8080ff7f
singles:                                /* ordinary, zeros and infinities, NaNs, denormals and the largest */
    .long 0x3f800000, 0xc0490fdb, 0x4b800001, 0x3eaaaaab
    .long 0x00000000, 0x80000000, 0x7f800000, 0xff800000
    .long 0x7fc00001, 0x7f800001, 0xffc12345, 0x4f000000
    .long 0x00000001, 0x807fffff, 0x7f7fffff, 0x00800000
doubles:
    .quad 0x3ff0000000000000, 0xc00921fb54442d18
    .quad 0x8000000000000000, 0x7ff0000000000000
    .quad 0x7ff8000000000001, 0xfff0000000000001
    .quad 0x0000000000000001, 0x7fefffffffffffff
bytes:
    .quad 0x0123456789abcdef, 0x8000ff7f00017ffe
    .quad 0xfedcba9876543210, 0x0003000480017fff
numbers80:
    .quad 0x8000000000000000
    .short 0x3fff                       /* 1 */
    .quad 0xc90fdaa22168c235
    .short 0xc000                       /* -pi */
    .quad 0
    .short 0
    .quad 0
    .short 0x8000
    .quad 0x8000000000000000
    .short 0x7fff                       /* infinity */
    .quad 0xc000000000000001
    .short 0x7fff                       /* NaN */
    .quad 0x8000000000000001
    .short 0xffff                       /* signalling NaN */
    .quad 1
    .short 0                            /* denormal */
    .quad 0xffffffffffffffff
    .short 0x7ffe                       /* the largest */
    .quad 0xaaaaaaaaaaaaaaab
    .short 0x4020                       /* beyond 32 bits */

    .bss
    .balign 16
scratch:
    .skip 512
    .section .note.GNU-stack, "", @progbits
