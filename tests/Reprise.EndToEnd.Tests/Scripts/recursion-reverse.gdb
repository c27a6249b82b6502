break recursion.c:16 if disks == 4
continue
delete
reverse-next
reverse-next
reverse-next
reverse-next
reverse-next
info registers pc sp r0 r1 r2 r3 r4 r5 r6 r7
next
next
next
next
next
next
reverse-next
info registers pc sp
reverse-step
reverse-step
reverse-step
info registers pc sp
tbreak sum_tree
continue
next
next
next
reverse-finish
info registers pc sp
bt
reverse-stepi
stepi
info registers pc sp
