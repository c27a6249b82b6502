/*
 * Instructions of every class, on operands at the edges. Results stay in registers and flags: a comparison of every
 * instruction with another processor's is what tests them. Each function is called with the registers its own.
 */
    .file "classes.S"
    .text

    .macro each_value table, count
    xor %esi, %esi
1:  mov \table(,%esi,4), %ebp
    .endm

    .macro next_value count
    inc %esi
    cmp $\count, %esi
    jb 1b
    .endm

    /* Decimal adjustments, for each AL with carries set and clear. */
    .global decimal
decimal:
    pusha
    xor %esi, %esi
1:  .irp flags, 0x02, 0x03, 0x12, 0x13
    .irp operation, daa, das, aaa, aas
    mov $(\flags << 8), %eax
    sahf
    mov %esi, %eax
    \operation
    .endr
    .endr
    mov %esi, %eax
    aam
    mov %esi, %eax
    aam $7
    mov %esi, %eax
    mov $9, %ah
    aad
    mov %esi, %eax
    mov $200, %ah
    aad $17
    add $7, %esi
    cmp $256, %esi
    jb 1b
    popa
    ret

    .macro in_memory operation
    \operation\()l %cl, scratch
    .endm

    /* Shifts and rotations by every interesting count, of every width. */
    .global shifts
shifts:
    pusha
    xor %esi, %esi
1:  movzbl counts(%esi), %ecx
    .irp value, 0x00000001, 0x80000000, 0x89abcdef, 0x7fffffff
    .irp operation, shl, shr, sar, rol, ror, rcl, rcr
    mov $\value, %eax
    stc
    \operation %cl, %eax
    mov $\value, %eax
    clc
    \operation %cl, %ax
    mov $\value, %eax
    stc
    \operation %cl, %ah
    mov $\value, %eax
    \operation $1, %eax
    \operation $1, %ax
    \operation $1, %al
    \operation $5, %eax
    \operation $9, %ax
    \operation $6, %al
    mov %eax, scratch
    in_memory \operation
    mov scratch, %ebx
    .endr
    mov $\value, %eax
    mov $0x13579bdf, %ebx
    shld %cl, %ebx, %eax
    shrd %cl, %eax, %ebx
    shld $4, %bx, %ax
    shrd $11, %ax, %bx
    shld $31, %ebx, scratch
    mov scratch, %edx
    .endr
    inc %esi
    cmp $(counts_end - counts), %esi
    jb 1b
    popa
    ret

    /* Bits of registers, and of strings of bits in memory. */
    .global bits
bits:
    pusha
    each_value integers
    .irp operation, bt, bts, btr, btc
    mov $0x5a5a1234, %eax
    \operation %ebp, %eax
    \operation %bp, %ax
    \operation $3, %eax
    \operation $35, %eax
    \operation $17, %ax
    mov %ebp, %ecx
    and $0x7f, %ecx
    sub $64, %ecx
    \operation %ecx, bit_string + 16
    mov %ebp, %ecx
    and $0x1f, %ecx
    \operation %cx, bit_string + 16
    \operation\()l $5, bit_string + 12
    .endr
    lock btsl $9, bit_string + 12
    lock btcl $40, bit_string + 12
    mov bit_string + 8, %eax
    mov bit_string + 12, %ebx
    mov bit_string + 16, %ecx
    mov bit_string + 20, %edx
    bt $7, %edx
    mov %ebp, %eax
    or $0x100, %eax
    bsf %eax, %ebx
    bsr %eax, %ecx
    bsf %ax, %dx
    bsr %ax, %dx
    mov %ebp, %eax
    bswap %eax
    next_value 12
    popa
    ret

    /* Products and quotients that fit. */
    .global products
products:
    pusha
    xor %edi, %edi
0:  mov integers(,%edi,4), %ecx
    each_value integers
    mov %ebp, %eax
    mul %ecx
    mov %ebp, %eax
    imul %ecx
    mov %ebp, %eax
    mul %cx
    mov %ebp, %eax
    imul %cx
    mov %ebp, %eax
    mul %cl
    mov %ebp, %eax
    imul %cl
    mov %ebp, %eax
    imul %ecx, %eax
    imul %cx, %ax
    imul $-7, %ebp, %eax
    imul $0x12345, %ebp, %eax
    imul $300, %bp, %ax
    mov %ecx, %ebx
    or $1, %ebx
    mov %ebp, %eax
    xor %edx, %edx
    div %ebx
    mov %ebp, %eax
    shr $1, %eax
    cdq
    idiv %ebx
    mov %ebp, %eax
    xor %edx, %edx
    div %bx
    movzbl %cl, %ebx
    or $0x80, %ebx
    movzwl %bp, %eax
    and $0x3fff, %eax
    div %bl
    mov %ebp, %eax
    cbw
    cwde
    cwd
    cdq
    next_value 12
    inc %edi
    cmp $12, %edi
    jb 0b
    popa
    ret

    /* Strings in both directions, of every width, with addresses of 16 bits too. */
    .macro string_block prefix
    mov $text, %esi
    mov $0x8100, %edi
    mov $7, %ecx
    \prefix rep movsb
    mov $text + 8, %esi
    mov $3, %ecx
    \prefix rep movsw
    mov $text + 16, %esi
    mov $5, %ecx
    \prefix rep movsl
    xor %ecx, %ecx
    \prefix rep movsl
    mov $0x8110, %edi
    mov $0x41424344, %eax
    mov $6, %ecx
    \prefix rep stosb
    mov $3, %ecx
    \prefix rep stosw
    mov $4, %ecx
    \prefix rep stosl
    mov $0x8108, %esi
    mov $4, %ecx
    \prefix rep lodsb
    mov $4, %ecx
    \prefix rep lodsw
    mov $4, %ecx
    \prefix rep lodsl
    lodsb
    lodsw
    lodsl
    mov $0x8110, %edi
    mov $0x44, %al
    mov $40, %ecx
    \prefix repne scasb
    mov $40, %ecx
    \prefix repe scasb
    mov $20, %ecx
    \prefix repne scasw
    mov $10, %ecx
    \prefix repe scasl
    mov $text, %esi
    mov $text, %edi
    mov $16, %ecx
    \prefix repe cmpsb
    mov $text + 3, %esi
    mov $text, %edi
    mov $9, %ecx
    \prefix repne cmpsw
    mov $6, %ecx
    \prefix repe cmpsl
    xor %ecx, %ecx
    \prefix repe cmpsl
    cmpsb
    scasl
    stosb
    movsw
    .endm

    .global strings_of_all_kinds
strings_of_all_kinds:
    pusha
    cld
    string_block
    std
    string_block
    cld
    /* Addresses of 16 bits: the upper halves stay, and indices wrap. */
    mov $0x12348300, %esi
    mov $0x5678fffd, %edi
    mov $0x00010006, %ecx
    addr16 rep stosb
    mov $0x5678fffd, %esi
    mov $0x12348300, %edi
    mov $0xffff0006, %ecx
    addr16 rep movsb
    std
    mov $0x00018302, %esi
    mov $0x00020001, %edi
    mov $0x00030004, %ecx
    addr16 rep movsb
    cld
    mov $0x00058300, %edi
    mov $0x30008, %ecx
    addr16 repne scasb
    mov $0x00058300, %esi
    addr16 lodsl
    addr16 lodsw
    mov $text, %ebx
    mov $5, %al
    xlat
    mov $0x77778100, %ebx
    mov $3, %al
    addr16 xlat
    popa
    ret

    /* Counted jumps, conditions, and flags through AH and the stack. */
    .global flow
flow:
    pusha
    mov $3, %ecx
1:  loop 1b
    mov $4, %ecx
2:  cmp $2, %ecx
    loopne 2b
    mov $4, %ecx
3:  cmp %ecx, %ecx
    loope 3b
    mov $0x00050002, %ecx
4:  addr16 loop 4b
    jecxz 5f
    addr16 jecxz 5f
    nop
5:  xor %ecx, %ecx
    jecxz 6f
    nop
6:  each_value integers
    cmp $7, %ebp
    .irp condition, o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g
    set\condition %al
    cmov\condition %ebp, %edx
    cmov\condition %bp, %bx
    .endr
    lahf
    pushfl
    pop %ecx
    pushfw
    pop %dx
    mov %ebp, %ecx
    and $0xcd5, %ecx
    push %ecx
    popfl
    adc $0, %eax
    mov %ebp, %eax
    sahf
    sbb $5, %ecx
    cmc
    rcr $1, %eax
    cld
    test $0xf0, %al
    inc %al
    dec %ax
    neg %ebp
    not %ecx
    xchg %al, %ah
    xadd %eax, %ecx
    movsbl %cl, %eax
    movzwl %cx, %ebx
    movsbw %cl, %dx
    lea -5(%eax,%ebx,8), %edi
    lea 3(%bx,%si), %di
    lea (%bp,%di), %dx
    next_value 12
    popa
    ret

    /* Stack frames and everything that pushes and pops. */
    .global stack
stack:
    pusha
    mov %esp, %ebp
    .irp level, 0, 1, 2, 5
    enter $24, $\level
    mov %esp, %eax
    leave
    .endr
    enterw $8, $2
    leavew
    mov $0x11223344, %eax
    mov $0x55667788, %ebx
    pushal
    popal
    pushaw
    popaw
    push $-3
    pushw $0x1234
    popw %cx
    pop %edx
    push %esp
    pop %ecx
    push %eax
    push %ebx
    popl (%esp)
    pop %ecx
    push scratch
    popl scratch + 4
    push %fs
    pop %eax
    pushw %ds
    pop %ax
    push %ds
    pop %es
    call 1f
1:  pop %eax
    push $2f
    ret
2:  push $0
    push $3f
    ret $4
3:  push %cs
    push $4f
    lret
4:  push $0
    push $0
    push %cs
    push $5f
    lret $8
5:  lcall $0x08, $far_target
    lcall *far_pointer
    ljmp *jump_pointer
6:  jmp *near_pointer
7:  call *(call_pointer)
    mov $8f, %eax
    jmp *%eax
8:  call far_wrapper
    popa
    ret

    .global far_target
far_target:
    mov (%esp), %eax
    mov 4(%esp), %ebx
    lret
far_wrapper:
    ret

    /* Comparing exchanges. */
    .global exchanges
exchanges:
    pusha
    each_value integers
    mov %ebp, scratch
    mov %ebp, %eax
    mov $0x1357, %ecx
    lock cmpxchg %ecx, scratch
    cmpxchg %cx, scratch
    cmpxchg %cl, scratch
    cmpxchg %ecx, %eax
    lock xadd %ecx, scratch
    xadd %cl, scratch
    xchg %ebx, scratch
    lock incl scratch
    lock subl $3, scratch
    lock negl scratch
    lock negw scratch
    lock negb scratch + 1
    mov scratch, %eax
    mov scratch + 4, %edx
    mov %ebp, %ebx
    mov $0x2468, %ecx
    lock cmpxchg8b scratch
    cmpxchg8b scratch
    mov scratch, %ebx
    mov scratch + 4, %ecx
    xor %eax, %eax
    xor %edx, %edx
    cmpxchg8b scratch
    next_value 12
    popa
    ret

    /* What descriptors say. */
    .global descriptors
descriptors:
    pusha
    smsw %eax
    mov $0x12345678, %ebx
    smsw %bx
    smsw scratch
    mov scratch, %ecx
    xor %esi, %esi
1:  mov $0x5555, %eax
    mov $0x6666, %ebx
    lar %esi, %eax
    lsl %esi, %ebx
    lar %si, %cx
    lsl %si, %dx
    verr %si
    setz %al
    verw %si
    setz %al
    mov %esi, %ecx
    mov $2, %edx
    arpl %dx, %cx
    mov $3, %edx
    arpl %dx, %cx
    add $4, %esi
    cmp $0x78, %esi
    jb 1b
    sldt %eax
    str %ebx
    smsw %cx
    sldt %ax
    smsw scratch
    mov scratch, %edx
    sgdt scratch
    mov scratch, %eax
    mov scratch + 2, %ebx
    sidt scratch
    mov scratch, %eax
    mov scratch + 2, %ebx
    mov $0x10, %eax
    mov %ax, %fs
    mov %fs:text, %ebx
    mov %fs, %ecx
    mov %ax, %gs
    lfs far_data, %eax
    lgs far_data, %edx
    les far_data, %ecx
    push %ds
    pop %es
    smsw %ax
    lmsw %ax
    popa
    ret

    .section .data
    .balign 16
    .skip 256 /* strings that go down write here */
    .global text
text:
    .ascii "The quick brown fox jumps over the lazy dog; and back again it jumps."
    .balign 16
    .global scratch
scratch:
    .long 1, 2, 3, 4
bit_string:
    .long 0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210, 0x55aa55aa, 0x33cc33cc, 0x0ff00ff0, 0x12481248
integers:
    .long 0, 1, 2, 7, 0x7f, 0x80, 0xff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678
counts:
    .byte 0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 255
counts_end:
    .balign 4
far_pointer:
    .long far_target
    .word 0x08
    .balign 4
jump_pointer:
    .long 6b
    .word 0x08
    .balign 4
near_pointer:
    .long 7b
call_pointer:
    .long far_wrapper
far_data:
    .long 0xcafe
    .word 0x10
    .section .note.GNU-stack, "", @progbits
