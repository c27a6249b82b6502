# Finds the guilty line of the overrun sample, backwards. Run from the top of the repository, for example:
#   gdb-multiarch -q -batch -ex 'target remote :1234' -x samples/overrun/find-bug.gdb samples/overrun/overrun.elf
set pagination off
set confirm off
directory samples

echo \n--- Run until it crashes.\n
break hard_fault_handler
continue
backtrace

echo \n--- The sensor's alarm is no address of ours.\n
frame function check_alarm
print sensor->name
print sensor->alarm
print sensors[0].alarm

echo \n--- Who wrote it? Watch the word and run backwards.\n
watch -l sensor->alarm
reverse-continue
backtrace
list
print i
print count
print handled
