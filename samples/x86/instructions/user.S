/* Ring 3: what it pushes into pages that come late, call gates into ring 0, and strings both ways. */
    .file "user.S"
    .text

    .macro on_a_late_page distance
    mov late_stack, %esp
    add $\distance, %esp
    .endm

    .global user_pushes
user_pushes:
    mov $0x11111111, %eax
    mov $0x22222222, %ebx
    on_a_late_page 12
    pusha                               /* the fourth of eight words is in another page */
    popa
    on_a_late_page 4096 + 12
    pushaw
    popaw
    on_a_late_page 2*4096 + 8
    mov %esp, %ebp
    enter $32, $3
    leave
    on_a_late_page 3*4096
    call 1f
1:  pop %eax
    on_a_late_page 4*4096 + 2
    push %eax                           /* over the edge */
    pop %ecx
    on_a_late_page 5*4096 + 4
    lcall $0x1b, $far_in_user
    on_a_late_page 6*4096 + 4
    pushfl
    pushl $7
    popl 4096(%esp)
    int $47

far_in_user:
    lret

    /* Through a gate with two parameters, on a stack whose words come late. */
    .global user_gate
user_gate:
    on_a_late_page 7*4096 + 4
    push $0x1111
    push $0x2222
    lcall $0x43, $0
    lcall $0x4b, $0
    mov $5, %ecx
    int $47

    /* In ring 0, with the parameters on its stack. */
    .global gate_with_parameters
gate_with_parameters:
    mov 8(%esp), %eax
    mov 12(%esp), %ebx
    mov %cs, %ecx
    mov %ss, %edx
    lret $8

    .global plain_gate
plain_gate:
    mov (%esp), %eax
    mov 4(%esp), %ebx
    mov 12(%esp), %edx
    lret

    .global user_strings
user_strings:
    cld
    mov late_data, %edi
    add $4090, %edi
    mov $0x20, %ecx
    mov $0x01020304, %eax
    rep stosl
    std
    mov late_data, %edi
    add $4*4096 + 5, %edi
    mov $0x1800, %ecx
    rep stosb
    mov late_data, %esi
    add $2*4096 + 2, %esi
    mov late_data, %edi
    add $6*4096 + 7, %edi
    mov $0x20, %ecx
    rep movsw
    mov late_data, %edi
    add $9*4096 + 16, %edi
    xor %eax, %eax
    mov $0x40, %ecx
    repe scasb
    mov late_data, %esi
    add $11*4096 + 16, %esi
    mov late_data, %edi
    add $13*4096 + 20, %edi
    mov $0x30, %ecx
    repe cmpsw
    cld
    int $47

    /* One instruction each that ring 3 must not run. */
    .global user_privileged
user_privileged:
    hlt
    int $47
    .global user_control
user_control:
    mov %cr0, %eax
    int $47
    .global user_gdt
user_gdt:
    lgdt scratch
    int $47
    .global user_ring0_call
user_ring0_call:
    lcall $0x08, $0
    int $47
    .global user_closed_gate
user_closed_gate:
    lcall $0x50, $0
    int $47
    .global user_null_stack
user_null_stack:
    xor %eax, %eax
    mov %ax, %ss
    int $47
    .global user_kernel_stack
user_kernel_stack:
    mov $0x10, %eax
    mov %ax, %ss
    int $47
    .global user_iret
user_iret:
    pushfl
    push $0x08
    push $0
    iret
    int $47
    .section .note.GNU-stack, "", @progbits
