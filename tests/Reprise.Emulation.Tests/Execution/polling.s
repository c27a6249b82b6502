.syntax unified
.thumb
 mov.w r0, #0x40000000
outer:
 movs r2, #20
poll:
 ldr r3, [r0]
 ldrb r4, [r0, #5]
 adds r6, r6, r3
 adds r6, r6, r4
 str r6, [r0, #4]
 ldrd r8, r9, [r0, #16]
 add r6, r8
 ldr r10, [r0, #0x3fe]
 add r6, r10
 ldmia r0, {r3, r4, r5}
 add r6, r4
 str r6, [r1, #4]
 subs r2, #1
 bne poll
 lsls r4, r6, #31
 ite mi
 strmi r6, [r0, #4]
 ldrpl r5, [r0, #8]
 b over
over:
 mov r10, r0
 ldrd r10, r11, [r10, #24]
 add r6, r10
 b outer
