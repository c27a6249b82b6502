info registers r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 sp lr pc
x/8xw 0
x/3xh 1
stepi
stepi 3
info registers pc sp r0 r1 r2 r3
break main
continue
bt
next
step
info registers
bt
tbreak crc32
continue
info registers
bt
finish
info registers r0 pc
break sort_words
continue
delete
x/6xw $sp
watch *(int *)0x20000000
rwatch *(int *)0x20000000
tbreak filter_samples
continue
info registers pc sp
delete
tbreak filter_samples
continue
hbreak run_section if x > 100
info registers
delete
next
next
next
info registers
info locals
p $sp
nexti 37
info registers
x/5i $pc
stepi 500
info registers
set var $r3 = 0x1234
p/x $r3
set var *(int *)0x20001000 = 0x55667788
x/8xb 0x20000ffe
set var *(char *)0x20001001 = 1
x/xw 0x20001000
p/x $r3 + *(int *)0x20001000
info registers pc
x/xw 0x40004004
x/xw 0x60000000
x/xw 0xe000ed00
p $pc = $pc
find /w 0, 0x1000, 0x20400000
until
advance multiply_matrices
info registers
