namespace Reprise.Unicorn.Tests;

[TestFixture]
public sealed class UnicornEngineTests
{
    [Test]
    public void WriteRegister_ReadBack_IsEqual()
    {
        using var engine = UnicornEngine.OpenCortexM(CortexMCore.M3);
        engine.WriteRegister(ArmRegister.R0, 0xdeadbeef);
        Assert.That(engine.ReadRegister(ArmRegister.R0), Is.EqualTo(0xdeadbeef));
    }

    [Test]
    public void Restore_AfterChange_GivesTheSavedRegisters()
    {
        using var engine = UnicornEngine.OpenCortexM(CortexMCore.M3);
        using var context = engine.CreateContext();
        engine.WriteRegister(ArmRegister.R12, 0x12345678);
        engine.Save(context);
        engine.WriteRegister(ArmRegister.R12, 0);
        engine.Restore(context);
        Assert.That(engine.ReadRegister(ArmRegister.R12), Is.EqualTo(0x12345678));
    }

    [Test]
    public unsafe void Map_Misaligned_ThrowsWithOperationAndCode()
    {
        using var engine = UnicornEngine.OpenCortexM(CortexMCore.M3);
        var error = Assert.Throws<UnicornException>(() => engine.Map(3, 16, PagePermissions.All, (void*)0x1000));
        Assert.That(error!.Operation, Is.EqualTo("uc_mem_map_ptr"));
        Assert.That(error.Error, Is.EqualTo(UnicornError.BadArgument));
    }
}
