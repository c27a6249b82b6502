namespace Reprise.Emulation.Cpus.X86;

/// <content>The x87 as a whole.</content>
internal sealed unsafe partial class X86State
{
    /// <summary>The top of the stack in a status word.</summary>
    private const uint TopShift = 11;

    /// <summary>Exceptions of the x87 are to be found: one of them is not masked.</summary>
    public bool AsksCoprocessor => (~At<ushort>(610) & FloatingExceptions.All) != 0;

    /// <summary>A division by zero is noted: what the status word says of it may be wrong.</summary>
    public bool HasDividedByZero => (At<byte>(FpuNotes) & FloatingExceptions.DivideByZero) != 0;

    /// <summary>An instruction has loaded or cleared the status word: what it says of divisions by zero counts.</summary>
    public void TakeFpuStatus() =>
        At<byte>(FpuNotes) = (byte)(At<ushort>(608) & FloatingExceptions.DivideByZero);

    /// <summary>Sets flags of the status word.</summary>
    public void AddFpuFlags(uint flags)
    {
        At<ushort>(608) |= (ushort)flags;
        At<byte>(FpuNotes) |= (byte)(flags & FloatingExceptions.DivideByZero);
        GatherExceptions();
    }

    public void StoreCoprocessor(ref CoprocessorImage image)
    {
        var top = FpuTop & 7;
        image.Control = FpuControl;
        image.Status = (FpuStatus & ~(7u << (int)TopShift)) | top << (int)TopShift;
        image.Tags = 0;
        for (var i = 0; i < FpuTags.Length; i++)
        {
            image.Tags |= FpuTags[i] != 0 ? 3u << 2 * i : 0;
            FpuRegister((int)(top + (uint)i & 7)).CopyTo(RegisterIn(ref image, i));
        }
    }

    /// <summary>Takes status, tags and registers from there.</summary>
    public void LoadCoprocessor(ref CoprocessorImage image)
    {
        var top = image.Status >> (int)TopShift & 7;
        FpuTop = top;
        FpuStatus = (ushort)(image.Status & ~(7u << (int)TopShift));
        GatherExceptions();
        for (var i = 0; i < FpuTags.Length; i++)
        {
            FpuTags[i] = (byte)((image.Tags >> 2 * i & 3) == 3 ? 1 : 0);
            RegisterIn(ref image, i).CopyTo(FpuRegister((int)(top + (uint)i & 7)));
        }
    }

    /// <summary>The last instruction of the x87 was there.</summary>
    public void SetFpuInstruction(ushort selector, ulong offset) => (At<ushort>(754), At<ulong>(760)) = (selector, offset);

    /// <summary>The memory operand of the last one that had one was there.</summary>
    public void SetFpuOperand(ushort selector, ulong offset) => (At<ushort>(756), At<ulong>(768)) = (selector, offset);

    private static Span<byte> RegisterIn(ref CoprocessorImage image, int index) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
            ref image.Registers[index * CoprocessorImage.RegisterLength], CoprocessorImage.RegisterLength);
}
