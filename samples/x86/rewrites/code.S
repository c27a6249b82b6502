/* Code that is written, and the data and the stack that lie beside it, as in a program for DOS: all of it in one page. */

    .file "rewrites/code.S"
    .section .text
    .balign 4096

    .global counters
counters:
    .fill 16, 4, 0

/* unsigned answer(void): main writes the number. */
    .balign 16
    .global answer
answer:
    mov $0x11111111, %eax
    ret

/* unsigned ahead(unsigned value): writes into its own block, in front of where it is. */
    .balign 16
    .global ahead
ahead:
    mov 4(%esp), %ecx
    mov %ecx, 1f + 1
1:  mov $0x22222222, %eax
    xor %ecx, 2f + 2
2:  add $0x33333333, %eax
    ret

/* unsigned behind(unsigned value): writes over what it has just done, and puts it back; 0x05 is ADD with a number. */
    .balign 16
    .global behind
behind:
    mov 4(%esp), %eax
1:  nop
    nop
    nop
    nop
    nop
    add $3, %eax
    movb $0x05, 1b
    add $5, %eax
    incl counters
    jmp 2f
2:  movb $0x90, 1b
    ret

/* unsigned many(unsigned value): adds one for each byte of STEPS that main fills with INC. */
    .balign 16
    .global many
many:
    mov 4(%esp), %eax
    .global steps
steps:
    .fill 48, 1, 0x90
    ret

/* unsigned shorter(void): a string instruction writes over its own block, up to the string instruction. */
    .balign 16
    .global shorter
shorter:
    push %edi
    mov $0x90, %al
    mov $1f, %edi
    mov $2f - 1f, %ecx
    mov $0, %edx
1:  inc %edx
    inc %edx
    inc %edx
    rep stosb
2:  mov %edx, %eax
    movl $0xf3424242, 1b /* inc %edx, three times, and the prefix */
    movb $0xaa, 1b + 4
    pop %edi
    ret

/* void call_here(void (*function)(void)): with a stack between the code. */
    .balign 16
    .global call_here
call_here:
    mov 4(%esp), %eax
    mov %esp, outer_stack
    mov $stack_end, %esp
    call *%eax
    mov outer_stack, %esp
    ret

outer_stack:
    .long 0
    .balign 16
    .fill 1024, 1, 0
stack_end:
    .balign 4096

    .section .note.GNU-stack, "", @progbits
