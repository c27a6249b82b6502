using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

public sealed class MultibootInformationTests
{
    [TestCase(0x10_0000u, 0x20_0000u, 0x9000u, TestName = "PlaceBeside_KernelElsewhere_IsTheUsualPlace")]
    [TestCase(0x8000u, 0x9000u, 0x9000u, TestName = "PlaceBeside_KernelThatEndsBelow_IsTheUsualPlace")]
    [TestCase(0x8000u, 0x9001u, 0x8_0000u, TestName = "PlaceBeside_KernelThatReachesIt_IsAnother")]
    [TestCase(0x2_0000u, 0x8_0001u, 0x9000u, TestName = "PlaceBeside_KernelAbove_IsTheUsualPlace")]
    [TestCase(0u, 0x10_0000u, 0x9000u, TestName = "PlaceBeside_KernelOverAll_IsTheUsualPlace")]
    public void PlaceBeside(uint start, uint end, uint expected)
    {
        Assert.That(MultibootInformation.PlaceBeside([(start, end)]), Is.EqualTo(expected));
    }

    [Test]
    public void PlaceBeside_PartsOverTwoPlaces_IsTheNextLower() =>
        Assert.That(MultibootInformation.PlaceBeside([(0x9800, 0x9900), (0x8_0FFF, 0x8_1000)]), Is.EqualTo(0x7_0000u));
}
