/*
 * What only 64-bit code has: shifts and quotients of 64 bits, bit strings, strings with addresses of 32 bits, frames, the
 * upper eight registers, far returns and IRET in one ring. As in arithmetic.S, results stay in registers.
 */
    .file "wide.S"
    .text

    .global wide
wide:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15

    /* Shifts and rotations. */
    xor %r12d, %r12d
1:  movzbl wide_counts(%r12), %ecx
    .irp value, 1, 0x8000000000000000, 0x89abcdef01234567
    movabs $\value, %r8
    .irp operation, shl, shr, sar, rol, ror, rcl, rcr
    mov %r8, %rax
    stc
    \operation %cl, %rax
    mov %r8, %r9
    clc
    \operation %cl, %r9d
    mov %r8, %r10
    \operation $1, %r10
    \operation $13, %r10
    .endr
    mov %r8, %rax
    movabs $0x13579bdf02468ace, %r11
    shld %cl, %r11, %rax
    shrd %cl, %rax, %r11
    shld $40, %r11, %rax
    shrd $33, %rax, %r11
    .endr
    inc %r12
    cmp $(wide_counts_end - wide_counts), %r12
    jb 1b

    /* Products of 128 bits, and quotients that fit. */
    xor %r12d, %r12d
2:  mov wide_integers(,%r12,8), %r13
    xor %r14d, %r14d
3:  mov wide_integers(,%r14,8), %r15
    mov %r13, %rax
    mul %r15
    test %eax, %eax
    mov %r13, %rax
    imul %r15
    imul $-5, %r13, %r9
    imul %r15, %r9
    mov %r15, %rbx
    or $1, %rbx
    mov %r13, %rax
    xor %edx, %edx
    div %rbx
    test %eax, %eax
    mov %r13, %rax
    shr $1, %rax
    cqo
    idiv %rbx
    test %eax, %eax
    mov %rbx, %rdx
    dec %rdx
    mov %r13, %rax
    div %rbx
    test %eax, %eax
    movslq %r13d, %r8
    movsbq %r13b, %r9
    movzwq %r13w, %r10
    cltq
    bswap %r8
    mov %r13, %r9
    mov %r15, %rcx
    and $0x7f, %ecx
    sub $64, %rcx
    .irp operation, bt, bts, btr, btc
    \operation %rcx, wide_bits + 16(%rip)
    \operation %r15, %r9
    \operation $45, %r9
    .endr
    mov wide_bits + 8(%rip), %r10
    mov wide_bits + 16(%rip), %r11
    or $4, %r9
    bsf %r9, %r10
    bsr %r9, %r11
    test %eax, %eax
    xchg %r8, %r9
    xadd %r10, %r11
    cmpxchg %r8, %r9
    lea -7(%r8,%r9,8), %r10
    lea (%r8d,%r9d,2), %r11
    inc %r14
    cmp $8, %r14
    jb 3b
    inc %r12
    cmp $8, %r12
    jb 2b

    /* Addresses of 32 bits, whose upper halves do not count. */
    movabs $0x1234567800000000 + wide_bits, %rsi
    movabs $0xffffffff00000000 + wide_room, %rdi
    movabs $0x100000005, %rcx
    addr32 rep movsb
    movabs $0x500000000 + wide_room, %rdi
    mov $3, %ecx
    addr32 rep stosq
    movabs $0x700000000 + wide_room, %rsi
    addr32 lodsq
    std
    movabs $0x100000000 + wide_room + 40, %rdi
    mov $4, %ecx
    addr32 rep stosw
    mov $wide_room + 40, %edi
    mov $20, %ecx
    addr32 repne scasb
    cld
    mov $wide_room, %esi
    mov $wide_room + 8, %edi
    mov $9, %ecx
    repe cmpsw
    movabs $0x900000002, %rcx
4:  addr32 loop 4b
    jecxz 5f
    nop
5:  xor %ecx, %ecx
    jrcxz 6f
    nop
6:  mov $wide_room, %ebx
    mov $3, %al
    xlat

    /* Frames, pushes, and transfers that change no ring. */
    mov %rsp, %rbp
    enter $32, $0
    enter $16, $3
    leave
    leave
    push $-9
    pop %r8
    pushw $0x4321
    popw %r9w
    pushq wide_bits(%rip)
    popq wide_room(%rip)
    push %fs
    pop %r10
    pushfq
    pop %r11
    and $0xcd5, %r11
    push %r11
    popfq
    lea 7f(%rip), %rax
    push $0x08
    push %rax
    lretq
7:  mov %rsp, %rax
    mov %ss, %ecx
    push %rcx
    push %rax
    pushfq
    push $0x08
    lea 8f(%rip), %rax
    push %rax
    iretq
8:  lea 9f(%rip), %rax
    mov %rax, wide_pointer(%rip)
    rex.W ljmp *wide_pointer(%rip)
9:  lar %ecx, %eax
    lsl %ecx, %ebx
    str %eax
    sldt %eax

    /* The upper SSE registers, and conversions of 64 bits. */
    movabs $0x4028cccccccccccd, %rax
    movq %rax, %xmm8
    movq %xmm8, %r9
    cvttsd2si %xmm8, %r10
    cvtsd2si %xmm8, %r11
    movabs $-1234567890123, %rax
    cvtsi2sd %rax, %xmm9
    cvtsi2ss %rax, %xmm10
    cvttss2si %xmm10, %r8
    cvtsd2ss %xmm9, %xmm11
    cvtss2sd %xmm11, %xmm12
    divsd %xmm8, %xmm9
    sqrtsd %xmm8, %xmm13
    movdqa %xmm9, %xmm14
    punpcklqdq %xmm8, %xmm14
    pshufd $0x4e, %xmm14, %xmm15
    pmuludq %xmm14, %xmm15
    movmskpd %xmm15, %r8d
    pmovmskb %xmm15, %r9d
    pextrw $3, %xmm15, %r10d
    pinsrw $6, %r10d, %xmm14
    fxsave64 wide_image(%rip)
    pxor %xmm8, %xmm8
    pxor %xmm14, %xmm14
    movups wide_image + 288(%rip), %xmm0
    movups wide_image + 384(%rip), %xmm1
    fxrstor64 wide_image(%rip)
    stmxcsr wide_room(%rip)
    mov wide_room(%rip), %eax

    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .data
    .balign 16
wide_bits:
    .quad 0x0123456789abcdef, 0xfedcba9876543210, 0x55aa55aa33cc33cc, 0x0ff00ff012481248
wide_integers:
    .quad 0, 1, 0x7f, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x123456789abcdef0
wide_counts:
    .byte 0, 1, 8, 31, 32, 33, 63, 64, 65, 255
wide_counts_end:
    .balign 16
wide_pointer:
    .quad 0
    .word 0x08
    .balign 16
wide_room:
    .skip 128
wide_image:
    .skip 512
    .section .note.GNU-stack, "", @progbits
