/* Descriptors, and the ways into ring 3 and virtual-8086 mode and back. */
    .file "enter.S"
    .text

    /* void load_tables(void *gdt_register): our own GDT, with a task state at 0x28. */
    .global load_tables
load_tables:
    mov 4(%esp), %eax
    lgdt (%eax)
    ljmp $0x08, $1f
1:  mov $0x10, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x28, %ax
    ltr %ax
    ret

    /* void enter(unsigned eip, unsigned cs, unsigned eflags, unsigned esp, unsigned ss): until leave is called. */
    .global enter
enter:
    pusha
    mov %esp, kernel_esp
    mov 36(%esp), %eax
    mov 40(%esp), %ebx
    mov 44(%esp), %ecx
    mov 48(%esp), %edx
    mov 52(%esp), %esi
    testl $0x20000, %ecx
    jz 1f
    pushl $0
    pushl $0
    pushl $0x100
    pushl $0x200
1:  push %esi
    push %edx
    push %ecx
    push %ebx
    push %eax
    testl $0x20000, %ecx
    jnz 2f
    mov %si, %ds
    mov %si, %es
2:  iret

    /* Back to where enter was called, on the kernel's stack. */
    .global leave_user
leave_user:
    mov $0x10, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %fs
    mov %ax, %gs
    mov kernel_esp, %esp
    popa
    ret

    .bss
    .balign 4
kernel_esp:
    .skip 4
    .section .note.GNU-stack, "", @progbits
