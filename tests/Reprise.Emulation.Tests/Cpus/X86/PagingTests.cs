using Iced.Intel;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>What a page table says counts at once, whatever was looked up before.</summary>
public sealed class PagingTests
{
    private const uint Directory = 0x1000;
    private const uint OtherDirectory = 0x9000;
    private const uint Table = 0x2000;
    private const uint OtherTable = 0xa000;
    private const uint Page = 0x5000;
    private const uint OtherPage = 0x6000;
    private const uint Window = 0x0040_0000;
    private const uint WindowPages = 1024;
    private const uint WindowTable = 0xb000;
    private const uint OtherWindowTable = 0xc000;
    private const uint EntryOfPage = Table + (Page / 4096 * 4);

    /// <summary>
    /// A write to a table where code was ends the run behind it: the instruction runs again, and reads what was there.
    /// </summary>
    [Test]
    public void Run_ReadAndWriteOfATableWhereCodeWas_ReadsWhatWasThere()
    {
        const uint entry = OtherTable + (Page / 4096 * 4);
        using var rig = Start(
            code =>
            {
                Copy(code, Table, OtherTable);
                code.mov(__dword_ptr[Directory], OtherTable | 3);
                code.mov(al, __byte_ptr[Page]);
                code.mov(ebx, OtherPage | 3);
                code.xchg(__dword_ptr[entry], ebx);
                code.mov(cl, __byte_ptr[Page]);
                code.mov(eax, OtherPage | 0x23);
                code.mov(edx, Page | 3);
                code.cmpxchg(__dword_ptr[entry], edx);
                code.setz(ch);
                code.mov(dl, __byte_ptr[Page]);
                code.hlt();
            },
            before: code =>
            {
                code.mov(di, unchecked((short)OtherTable));
                code.call(di);
            });
        rig.Put(OtherTable, code => code.ret());

        Assert.That(rig.Machine.Run(300).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That(rig.Register("ebx"), Is.EqualTo(Page | 0x23), "XCHG");
        Assert.That(rig.Register("ecx") & 0xffff, Is.EqualTo(0x122), "the new page; ZF of CMPXCHG");
        Assert.That(rig.Register("edx") & 0xff, Is.EqualTo(0x11));
    }

    /// <summary>One page of memory at two addresses: code that runs at one is written at the other, also when that was written before.</summary>
    [Test]
    public void Run_CodeWrittenAtAnotherAddress_RunsWhatWasWritten()
    {
        using var rig = Start(code =>
        {
            code.mov(__dword_ptr[Page], 0xc301b0); // mov al, 1; ret
            code.mov(di, (short)OtherPage);
            code.call(di);
            code.mov(bl, al);
            code.mov(__byte_ptr[Page + 1], 2);
            code.call(di);
            code.mov(bh, al);
            code.mov(__byte_ptr[Page + 1], 3);
            code.call(di);
            code.mov(cl, al);
            code.hlt();
        });
        rig.Machine.Memory.Write(Table + (OtherPage / 4096 * 4), BitConverter.GetBytes(Page | 3));

        Assert.That(rig.Machine.Run(100).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That((rig.Register("ebx") & 0xffff, rig.Register("ecx") & 0xff), Is.EqualTo((0x201ul, 3ul)));
    }

    [Test]
    public void Run_TableChangedWithoutInvlpg_ReadsTheNewPage()
    {
        using var rig = Start(code =>
        {
            code.mov(bl, __byte_ptr[Page]);
            code.mov(__dword_ptr[EntryOfPage], OtherPage | 3);
            code.mov(bh, __byte_ptr[Page]);
            code.hlt();
        });

        rig.Machine.Run(100);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x2211));
    }

    [Test]
    public void Run_TableChangedThroughAPageThatWasWrittenBefore_ReadsTheNewPage()
    {
        using var rig = Start(code =>
        {
            code.mov(__dword_ptr[OtherTable], 7); // no table yet
            code.mov(bl, __byte_ptr[Page]);
            code.mov(__dword_ptr[Directory], OtherTable | 3);
            Copy(code, Table, OtherTable);
            code.mov(bh, __byte_ptr[Page]); // the walk goes through it now
            code.mov(__dword_ptr[OtherTable + (Page / 4096 * 4)], OtherPage | 3);
            code.mov(cl, __byte_ptr[Page]);
            code.hlt();
        }, before: code => Copy(code, Table, OtherTable));

        rig.Machine.Run(300);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x1111));
        Assert.That(rig.Register("ecx") & 0xff, Is.EqualTo(0x22));
    }

    [Test]
    public void Run_TableOfAnotherDirectoryBecomesMemoryAgain_AndATableAgain()
    {
        using var rig = Start(code =>
        {
            code.mov(esi, Directory);
            code.mov(edi, OtherDirectory);
            for (var i = 0; i < 3; i++)
            {
                code.mov(bl, __byte_ptr[Page]); // by way of Table
                code.mov(cr3, edi);
                code.mov(bh, __byte_ptr[Page]); // by way of OtherTable
                code.mov(__dword_ptr[EntryOfPage], OtherPage | 3);
                code.mov(cl, __byte_ptr[Page]);
                code.mov(cr3, esi);
                code.mov(ch, __byte_ptr[Page]);
                code.mov(__dword_ptr[EntryOfPage], Page | 3);
            }

            code.mov(dl, __byte_ptr[Page]);
            code.hlt();
        }, before: code => Copy(code, Table, OtherTable));

        rig.Machine.Run(500);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x1111));
        Assert.That(rig.Register("ecx") & 0xffff, Is.EqualTo(0x2211));
        Assert.That(rig.Register("edx") & 0xff, Is.EqualTo(0x11));
    }

    [Test]
    public void Run_EntryEmptiedAndFilled_ReadsTheNewPage()
    {
        using var rig = Start(code =>
        {
            code.mov(bl, __byte_ptr[Page]);
            code.mov(__dword_ptr[EntryOfPage], 0);
            code.mov(ch, __byte_ptr[OtherPage]);
            code.mov(__dword_ptr[EntryOfPage], OtherPage | 3); // nothing is there that leads anywhere
            code.mov(bh, __byte_ptr[Page]);
            code.mov(__word_ptr[EntryOfPage + 2], 0); // a part of it, which leads somewhere
            code.mov(cl, __byte_ptr[Page]);
            code.mov(__byte_ptr[EntryOfPage + 1], Page >> 8);
            code.mov(dl, __byte_ptr[Page]);
            code.hlt();
        });

        rig.Machine.Run(100);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x2211));
        Assert.That(rig.Register("ecx") & 0xffff, Is.EqualTo(0x2222));
        Assert.That(rig.Register("edx") & 0xff, Is.EqualTo(0x11));
    }

    [Test]
    public void Run_TableWrittenByADebugger_ReadsTheNewPage()
    {
        using var rig = Start(code =>
        {
            code.mov(bl, __byte_ptr[Page]);
            code.nop();
            code.mov(bh, __byte_ptr[Page]);
            code.hlt();
        });
        while (rig.Register("ebx") == 0)
        {
            rig.Machine.Run(rig.Machine.Position + 1);
        }

        rig.Machine.Poke(EntryOfPage, BitConverter.GetBytes(OtherPage | 3));
        rig.Machine.Run(100);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x2211));
    }

    [Test]
    public void Run_EntryLookedUpAgain_IsReadThenWrittenAndMarkedDirty()
    {
        using var rig = Start(code =>
        {
            code.mov(bl, __byte_ptr[Page]);
            code.invlpg(__[Page]);
            code.mov(bh, __byte_ptr[Page]);
            code.mov(cl, __byte_ptr[EntryOfPage]); // accessed
            code.invlpg(__[Page]);
            code.mov(__byte_ptr[Page], 0x33);
            code.mov(ch, __byte_ptr[EntryOfPage]); // and dirty
            code.invlpg(__[Page]);
            code.mov(dl, __byte_ptr[Page]);
            code.hlt();
        });

        rig.Machine.Run(100);

        Assert.That(rig.Register("ebx") & 0xffff, Is.EqualTo(0x1111));
        Assert.That(rig.Register("ecx") & 0xffff, Is.EqualTo(0x6323));
        Assert.That(rig.Register("edx") & 0xff, Is.EqualTo(0x33));
    }

    [Test]
    public void Run_EntryLookedUpAgainUnderAnotherControlRegister_FollowsIt()
    {
        using var rig = Start(code =>
        {
            code.mov(__byte_ptr[Page], 0x33); // read-only, which counts once CR0.WP is set
            code.mov(eax, 0x8001_0011);
            code.mov(cr0, eax);
            code.mov(bl, __byte_ptr[Page]);
            code.mov(__byte_ptr[Page], 0x44);
            code.hlt();
        }, before: code =>
        {
            code.mov(__dword_ptr[EntryOfPage], Page | 1);
        }, control: 0x8000_0011);

        var stop = rig.Machine.Run(100);

        Assert.That(stop.Kind, Is.EqualTo(StopKind.Halted), "a fault without a handler");
        Assert.That(rig.Register("ebx") & 0xff, Is.EqualTo(0x33));
        Assert.That(rig.Machine.Memory.BytesFrom(Page)[0], Is.EqualTo(0x33));
    }

    [Test]
    public void Run_ThousandsOfPagesInTurns_ReadsEachAsItsTableSays()
    {
        // Two directories with the same addresses, of which the second has each page one further on.
        const uint Turns = 5;
        const uint Frames = 192;
        using var rig = Start(code =>
        {
            var (turn, page) = (code.CreateLabel(), code.CreateLabel());
            code.xor(ebx, ebx);
            code.mov(edx, Turns);
            code.Label(ref turn);
            code.mov(esi, Window);
            code.Label(ref page);
            code.add(ebx, __dword_ptr[esi]);
            code.rol(ebx, 1);
            code.add(esi, 4096);
            code.cmp(esi, Window + (WindowPages * 4096));
            code.jne(page);
            code.mov(eax, cr3);
            code.xor(eax, Directory ^ OtherDirectory);
            code.mov(cr3, eax);
            code.dec(edx);
            code.jne(turn);
            code.hlt();
        });
        var memory = rig.Machine.Memory;
        for (var page = 0u; page < WindowPages; page++)
        {
            memory.Write(WindowTable + (page * 4), BitConverter.GetBytes((0x2_0000 + (page % Frames * 4096)) | 3));
            memory.Write(OtherWindowTable + (page * 4), BitConverter.GetBytes((0x2_0000 + ((page + 1) % Frames * 4096)) | 3));
            memory.Write(0x2_0000 + (page % Frames * 4096), BitConverter.GetBytes(page % Frames * 77));
        }

        memory.Write(OtherDirectory, BitConverter.GetBytes(Table | 3));
        memory.Write(Directory + (Window >> 22 << 2), BitConverter.GetBytes(WindowTable | 3));
        memory.Write(OtherDirectory + (Window >> 22 << 2), BitConverter.GetBytes(OtherWindowTable | 3));

        for (var chop = 1ul; rig.Machine.Run(rig.Machine.Position + chop).Kind == StopKind.LimitReached; chop = (chop * 7) % 3001)
        {
        }

        var expected = 0u;
        for (var turn = 0u; turn < Turns; turn++)
        {
            for (var page = 0u; page < WindowPages; page++)
            {
                expected = uint.RotateLeft(expected + ((page + (turn & 1)) % Frames * 77), 1);
            }
        }

        Assert.That(rig.Register("ebx"), Is.EqualTo(expected));
    }

    private static X86Rig Start(Action<Assembler> program, Action<Assembler>? before = null, uint control = 0x8001_0011)
    {
        var rig = new X86Rig(code =>
        {
            code.mov(sp, 0x7000);
            before?.Invoke(code);
            code.mov(eax, Directory);
            code.mov(cr3, eax);
            code.mov(eax, control);
            code.mov(cr0, eax);
            program(code);
        });
        var memory = rig.Machine.Memory;
        memory.Write(Directory, BitConverter.GetBytes(Table | 3));
        memory.Write(OtherDirectory, BitConverter.GetBytes(OtherTable | 3));
        for (var page = 0u; page < 256; page++)
        {
            memory.Write(Table + (page * 4), BitConverter.GetBytes((page * 4096) | 3));
        }

        memory.Write(Page, [0x11]);
        memory.Write(OtherPage, [0x22]);
        return rig;
    }

    private static void Copy(Assembler code, uint from, uint to)
    {
        code.mov(si, (short)from);
        code.mov(di, unchecked((short)to));
        code.mov(cx, 64);
        code.cld();
        code.rep.movsd();
    }
}
