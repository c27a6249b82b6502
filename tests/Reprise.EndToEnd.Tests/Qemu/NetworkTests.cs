using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>
/// The same station on both: who speaks QEMU's socket protocol to it gets the same answers, and a recording of it needs nobody
/// at the cable.
/// </summary>
internal sealed class NetworkTests
{
    private const int ShortestFrame = 60;
    private static readonly byte[] _own = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] _station = [0x52, 0x54, 0, 0x12, 0x34, 0x56];
    private static readonly int[] _sizes = [18, 19, 56, 57, 1472];

    [TestCase("mps2-an385", "network/network")]
    [TestCase("lm3s6965evb", "boards/lm3s6965evb/network")]
    public void Pings_OnBoth_AreAnsweredTheSame(string board, string sample)
    {
        var elf = Path.Combine(Sample.Repository, "samples", sample + ".elf");
        using var folder = new TempFolder();
        var file = folder.File("net.reprise");
        var (qemuPort, port) = (FreePort.Take(), FreePort.Take());
        string[] line = ["-M", board, "-kernel", elf, "-nographic"];
        using var qemu = new RunningTool(
            "qemu-system-arm", [.. line, "-monitor", "none", "-nic", $"socket,listen=127.0.0.1:{qemuPort}"], null);
        var expected = Talk(qemu, qemuPort);
        using var ours = RunningTool.Reprise(
            [.. line, "-nic", $"socket,listen=127.0.0.1:{port}", "-icount", $"shift=3,rr=record,rrfile={file}"], null);
        var actual = Talk(ours, port);
        Assert.That(actual.Select(Convert.ToHexString), Is.EqualTo(expected.Select(Convert.ToHexString)));
        Assert.That(expected, Has.Count.EqualTo(1 + _sizes.Length));
        ours.WaitFor(() => ours.Output.Contains("ping 4 of 1472 bytes from 10.0.2.2", StringComparison.Ordinal));
        ours.Signal("INT");
        ours.WaitForExit();
        qemu.WaitFor(() => qemu.Output.Length >= ours.Output.Length);
        Assert.That(qemu.Output.ReplaceLineEndings("\n"), Is.EqualTo(ours.Output));

        Assert.That(Tool.Run("verify", file).Status, Is.Zero);
        Assert.That(Tool.Run("replay", file).Output, Is.EqualTo(ours.Output));
        using var server = DebugServer.Of(elf, "replay", file, "--gdb", "0");
        var back = Enumerable.Repeat((string[])["reverse-continue", "p $r1"], 1 + _sizes.Length).SelectMany(commands => commands);
        var seen = server.Debug(["monitor goto end", "break *ethernet_send", .. back]);
        Assert.That(
            seen.Text, Does.Match(@"(?s)\$1 = 1514\b.*\$2 = 99\b.*\$3 = 98\b.*\$4 = 61\b.*\$5 = 60\b.*\$6 = 42\b"));
    }

    /// <returns>What came back, without the padding of short frames.</returns>
    private static List<byte[]> Talk(RunningTool tool, int port)
    {
        tool.WaitFor(() => tool.Output.Contains("network: 10.0.2.15", StringComparison.Ordinal));
        using var client = new TcpClient();
        client.Connect(new IPEndPoint(IPAddress.Loopback, port));
        client.ReceiveTimeout = 60_000;
        using var stream = client.GetStream();
        List<byte[]> answers = [Ask(stream, Arp())];
        for (var i = 0; i < _sizes.Length; i++)
        {
            answers.Add(Ask(stream, Ping((ushort)i, _sizes[i])));
        }

        return answers;
    }

    private static byte[] Ask(NetworkStream stream, byte[] frame)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        stream.Write([.. length, .. frame]);
        stream.ReadExactly(length);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        stream.ReadExactly(answer);
        var end = answer.Length;
        while (answer.Length <= ShortestFrame && end > 0 && answer[end - 1] == 0)
        {
            end--;
        }

        return answer[..end];
    }

    private static byte[] Arp()
    {
        byte[] request =
        [
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. _own, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, .. _own, 10, 0, 2, 2, 0, 0, 0, 0, 0, 0,
            10, 0, 2, 15,
        ];
        Array.Resize(ref request, ShortestFrame);
        return request;
    }

    private static byte[] Ping(ushort number, int size)
    {
        byte[] echo = [8, 0, 0, 0, 0, 7, 0, (byte)number, .. Enumerable.Range(0, size).Select(i => (byte)i)];
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), CheckSum(echo));
        byte[] header = [0x45, 0, 0, 0, 0, 1, 0, 0, 64, 1, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + echo.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), CheckSum(header));
        return [.. _station, .. _own, 8, 0, .. header, .. echo];
    }

    private static ushort CheckSum(byte[] bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
