/* Ways into ring 3 and back, and what runs there. */
    .file "enter.S"
    .text

    /* void enter_user(rip, rsp, flags): until leave_user is called. */
    .global enter_user
enter_user:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, kernel_rsp
    push $0x23
    push %rsi
    push %rdx
    push $0x2b
    push %rdi
    iretq

    .global leave_user
leave_user:
    mov kernel_rsp, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .global system_entry
system_entry:
    mov %rsp, %r8
    pushfq
    pop %r9
    mov %cs, %eax
    mov %ss, %ebx
    add $1, %r14
    cmp $3, %r14
    je 1f
    sysretq
1:  swapgs
    swapgs
    sysretq

    .balign 64
    .global user_code
user_code:
    xor %r14d, %r14d
    mov $0x1111, %edi
    syscall
    stc
    std
    syscall
    add %rcx, %r14
    cld
    int $46

    .balign 64
    mov 0x604000, %rax
    int $46

    .balign 64
    mov $9, %ecx
    lea -128(%rsp), %rdi
    rep stosb
    syscall
    in $0x60, %al
    int $46
    .global user_end
user_end:
    .bss
    .balign 8
kernel_rsp:
    .skip 8
    .section .note.GNU-stack, "", @progbits
