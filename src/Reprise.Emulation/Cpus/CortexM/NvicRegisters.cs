namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// Registers of the interrupt controller (DDI 0403E, B3.4): 0x100 to 0x4FF and STIR. A set or clear register works on
/// the bits written as one; inputs the machine does not have read as zero and ignore writes.
/// </summary>
internal sealed class NvicRegisters(ExceptionTable table)
{
    public const uint Start = 0x100;
    public const uint End = 0x600;
    public const uint PriorityStart = 0x400;
    public const uint SoftwareTrigger = 0xF00;

    private const uint SetEnable = 0x100;
    private const uint ClearEnable = 0x180;
    private const uint SetPending = 0x200;
    private const uint ClearPending = 0x280;
    private const uint Active = 0x300;

    public uint Peek(uint offset)
    {
        var value = 0u;
        if (offset >= PriorityStart)
        {
            var first = First(offset - PriorityStart, inputsPerByte: 1);
            for (var i = 0; i < 4 && first + i < table.Count; i++)
            {
                value |= (uint)table.Priority(first + i) << (8 * i);
            }

            return value;
        }

        var bank = offset & ~0x7Fu;
        var number = First(offset - bank, inputsPerByte: 8);
        for (var i = 0; i < 32 && number + i < table.Count; i++)
        {
            var set = bank switch
            {
                SetEnable or ClearEnable => table.IsEnabled(number + i),
                SetPending or ClearPending => table.IsPending(number + i),
                Active => table.IsActive(number + i),
                _ => false,
            };
            value |= set ? 1u << i : 0;
        }

        return value;
    }

    public void Write(uint offset, uint value)
    {
        if (offset == SoftwareTrigger)
        {
            var interrupt = ExceptionNumber.External + (int)(value & 0x1FF);
            if (interrupt < table.Count)
            {
                table.Pend(interrupt);
            }

            return;
        }

        if (offset >= PriorityStart)
        {
            var first = First(offset - PriorityStart, inputsPerByte: 1);
            for (var i = 0; i < 4 && first + i < table.Count; i++)
            {
                table.SetPriority(first + i, (byte)(value >> (8 * i)));
            }

            return;
        }

        var bank = offset & ~0x7Fu;
        var number = First(offset - bank, inputsPerByte: 8);
        for (var i = 0; i < 32 && number + i < table.Count; i++)
        {
            if ((value & (1u << i)) != 0)
            {
                Apply(bank, number + i);
            }
        }
    }

    private static int First(uint offset, int inputsPerByte) =>
        ExceptionNumber.External + ((int)offset * inputsPerByte);

    private void Apply(uint bank, int number)
    {
        switch (bank)
        {
            case SetEnable:
                table.SetEnabled(number, true);
                break;
            case ClearEnable:
                table.SetEnabled(number, false);
                break;
            case SetPending:
                table.Pend(number);
                break;
            case ClearPending:
                table.Unpend(number);
                break;
            default:
                break; // IABR is read-only
        }
    }
}
