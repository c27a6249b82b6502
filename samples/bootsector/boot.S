/*
 * A boot sector in real mode: prints through the BIOS, reads the sector behind itself, and counts a second of timer ticks
 * in an interrupt handler of its own. What it prints goes to the screen and to port E9h.
 */
        .code16
        .set EXIT, 0xf4         /* QEMU's isa-debug-exit: the status is twice the value, and one */
        .set CONSOLE, 0xe9
        .set TIMER, 4 * 8       /* vector of IRQ 0 in the interrupt vector table */
        .set TICKS, 18          /* a second */

        .text
        .globl _start
_start:
        ljmp    $0, $begin
begin:
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $_start, %sp
        movb    %dl, drive
        movw    $hello, %si
        call    print

        movw    $0x0201, %ax    /* INT 13h, function 2: read one sector, */
        movw    $second, %bx
        movw    $2, %cx         /* cylinder 0, sector 2 */
        movb    drive, %dl
        xorb    %dh, %dh
        int     $0x13
        jc      failed
        movw    $message, %si
        call    print

        cli
        movl    TIMER, %eax
        movl    %eax, bios_timer
        movw    $timer, TIMER
        movw    %cs, TIMER + 2
        sti
wait:
        hlt
        cmpb    $TICKS, ticks
        jb      wait
        cli
        movl    bios_timer, %eax
        movl    %eax, TIMER
        sti
        movw    $done, %si
        call    print
        xorb    %al, %al
        jmp     leave
failed:
        movw    $no_sector, %si
        call    print
        movb    $1, %al
leave:
        outb    %al, $EXIT
stop:
        cli
        hlt
        jmp     stop

timer:
        incb    %cs:ticks
        ljmp    *%cs:bios_timer

/* Prints the text at DS:SI, up to its zero. */
print:
        lodsb
        testb   %al, %al
        jz      1f
        outb    %al, $CONSOLE
        movb    $0x0e, %ah      /* INT 10h, function Eh: teletype */
        movw    $7, %bx
        int     $0x10
        jmp     print
1:
        ret

drive:  .byte   0
ticks:  .byte   0
bios_timer:
        .long   0
hello:  .asciz  "boot sector: hello\r\n"
done:   .asciz  "boot sector: a second has passed\r\n"
no_sector:
        .asciz  "boot sector: no second sector\r\n"

        .org    510
        .byte   0x55, 0xaa

second:
message:
        .asciz  "second sector: read\r\n"
        .org    1024
