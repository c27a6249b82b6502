/* A Multiboot kernel's first instructions, and the entries of its exceptions and interrupts. */

    .file "boot.S"

    .section .multiboot, "a"
    .balign 4
    .long 0x1badb002
    .long 0x00000003                    /* modules on page boundaries, and tell us the memory */
    .long -(0x1badb002 + 0x00000003)

    .section .text
    .global _start
_start:
    cli
    cld
    mov $boot_stack_end, %esp
    lgdt gdt_register
    ljmp $0x08, $1f
1:  mov $0x10, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %fs
    mov %ax, %gs
    mov %ax, %ss
    xor %ebp, %ebp
    call main
2:  hlt
    jmp 2b

    .macro entry vector, error_code
    .balign 16
    .if \error_code == 0
    push $0
    .endif
    push $\vector
    jmp common
    .endm

    /* Exceptions 0 to 31, then the PIC's interrupts at 32 to 47: 16 bytes each. */
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
    pusha
    mov %esp, %eax
    push %eax
    cld
    call interrupted
    add $4, %esp
    popa
    add $8, %esp
    iret

    /* void switch_stack(unsigned top, void (*function)(void)): calls the function on another stack. */
    .global switch_stack
switch_stack:
    push %ebp
    mov %esp, %ebp
    mov 8(%ebp), %esp
    call *12(%ebp)
    mov %ebp, %esp
    pop %ebp
    ret

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff            /* code, all 4 GiB */
    .quad 0x00cf92000000ffff            /* data */
gdt_register:
    .word . - gdt - 1
    .long gdt

    .section .bss
    .balign 16
    .skip 4096
boot_stack_end:
    .section .note.GNU-stack, "", @progbits
