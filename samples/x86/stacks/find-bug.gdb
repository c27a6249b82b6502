# Finds the guilty recursion of the stacks sample, backwards. Run from the top of the repository, for example:
#   gdb-multiarch -q -batch -ex 'target remote :1234' -x samples/x86/stacks/find-bug.gdb samples/x86/stacks/stacks.elf
set pagination off
set confirm off
directory samples

echo \n--- Run until it crashes.\n
break interrupted if frame->vector != 32
continue
print frame->vector
print/x frame->eip
print round

echo \n--- The callback that was called is none of ours.\n
print evaluator.list.callbacks[0]

echo \n--- Who wrote it? Watch the word and run backwards.\n
watch -l evaluator.list.callbacks[0]
reverse-continue
backtrace
print depth
print round
print depth_wanted
