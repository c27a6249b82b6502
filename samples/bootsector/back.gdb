# Counts the ticks of the boot sector backwards. Run from the top of the repository, for example:
#   truncate -s 1440K floppy.img && dd if=samples/bootsector/bootsector.img of=floppy.img conv=notrunc
#   reprise run /usr/share/seabios/bios-256k.bin --board pc --disk fda=floppy.img --serial uart0=null --serial console=stdio \
#       --record boot.reprise
#   reprise debug boot.reprise -- -batch -iex 'set architecture i8086' -x samples/bootsector/back.gdb
set pagination off
set confirm off
add-symbol-file samples/bootsector/bootsector.elf

echo \n--- Run to the end, then back to the last tick.\n
continue
watch *(unsigned char *) &ticks
reverse-continue
printf "tick %d\n", *(unsigned char *) &ticks
reverse-continue
printf "tick %d\n", *(unsigned char *) &ticks

echo \n--- Back to where the BIOS starts the boot sector.\n
delete
break *0x7c00
reverse-continue
printf "%x:%x\n", $cs, $eip
