/* Into ring 3 and back; there, system calls and strings over the late pages. */
    .file "user.S"
    .text
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
    push $0x202
    push $0x2b
    push %rdi
    iretq

    .global leave_user
leave_user:
    mov kernel_rsp, %rsp
    sti
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .global system_entry
system_entry:
    inc %r14
    sysretq

    .global user_code
user_code:
    xor %r14d, %r14d
1:  mov $300, %ecx
    mov $0x602f00, %edi
    mov %r14d, %eax
    rep stosb
    syscall
    cmp $60, %r14
    jb 1b
    int $46

    .bss
    .balign 8
kernel_rsp:
    .skip 8
    .section .note.GNU-stack, "", @progbits
