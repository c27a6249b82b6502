/* A Multiboot kernel's way into long mode: the first 8 MiB as they are, by pages of 2 MiB, for users too. */
    .file "boot.S"

    .section .multiboot, "a"
    .balign 4
    .long 0x1badb002
    .long 0x00000003
    .long -(0x1badb002 + 0x00000003)

    .section .text
    .code32
    .global _start
_start:
    cli
    cld
    mov $boot_stack_end, %esp
    mov $table_4, %edi
    movl $table_3 + 7, (%edi)
    movl $table_2 + 7, table_3
    mov $table_2, %edi
    mov $0x87, %eax
1:  mov %eax, (%edi)
    add $8, %edi
    add $0x200000, %eax
    cmp $0x800087, %eax
    jb 1b
    mov %cr4, %eax
    or $0x620, %eax                     /* PAE, and SSE with its exceptions */
    mov %eax, %cr4
    mov $table_4, %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx
    rdmsr
    or $0x901, %eax                     /* SCE, LME, NXE */
    wrmsr
    mov %cr0, %eax
    or $0x80010002, %eax                /* PG, WP, MP */
    and $~4, %eax
    mov %eax, %cr0
    lgdt gdt_register
    ljmp $0x08, $1f
    .code64
1:  mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    mov $boot_stack_end, %rsp
    mov $task_state, %eax               /* its descriptor has no base yet */
    mov %ax, gdt + 0x30 + 2
    shr $16, %eax
    mov %al, gdt + 0x30 + 4
    mov %ah, gdt + 0x30 + 7
    mov $0x30, %eax
    ltr %ax
    fninit
    xor %ebp, %ebp
    call main
2:  hlt
    jmp 2b

    /* Exceptions 0 to 31 and interrupts up to 47: 16 bytes each. */
    .macro entry vector, error_code
    .balign 16
    .if \error_code == 0
    push $0
    .endif
    push $\vector
    jmp common
    .endm

    .balign 16
    .global entries
entries:
    .set number, 0
    .rept 48
    .if number == 8 || (number >= 10 && number <= 14) || number == 17
    entry number, 1
    .else
    entry number, 0
    .endif
    .set number, number + 1
    .endr

common:
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, %rdi
    cld
    call interrupted
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    add $16, %rsp
    iretq

    .section .data
    .balign 8
    .global gdt
gdt:
    .quad 0
    .quad 0x00af9a000000ffff            /* code */
    .quad 0x00cf92000000ffff            /* data */
    .quad 0x00cffa000000ffff            /* a user's 32-bit code */
    .quad 0x00cff2000000ffff            /* a user's data */
    .quad 0x00affa000000ffff            /* a user's code; SYSRET wants these three in this order */
    .quad 0x0000890000000067            /* task state: the next eight bytes too */
    .quad 0
gdt_register:
    .word . - gdt - 1
    .long gdt
    .long 0

    .section .bss
    .balign 4096
    .global table_2
table_4:
    .skip 4096
table_3:
    .skip 4096
table_2:
    .skip 4096
    .skip 8192
    .global boot_stack_end
boot_stack_end:
    .global task_state
task_state:
    .skip 104
    .section .note.GNU-stack, "", @progbits
