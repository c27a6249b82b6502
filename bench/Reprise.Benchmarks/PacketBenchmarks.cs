using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Travel;
using Reprise.Gdb.Wire;
using Reprise.TimeTravel.Travel;

namespace Reprise.Benchmarks;

/// <summary>A packet and its reply through a session, without a socket.</summary>
public class PacketBenchmarks
{
    private readonly byte[] _currentThread = Frame("qC");
    private readonly byte[] _readRegisters = Frame("g");
    private readonly byte[] _readMemory = Frame("m20000000,40");
    private readonly byte[] _reverseStep = Frame("bs");
    private Timeline _timeline = null!;
    private Session _session = null!;

    [GlobalSetup]
    public void Setup()
    {
        (_timeline, var recorder) = BenchSetup.BuildTimeline(BenchSetup.Compute, null);
        recorder.Record(50_000_000, HitMode.Stop, static () => false);
        _timeline.Seek(45_000_000);
        _session = new Session(new TravelerTarget(new Traveler(_timeline, null), false));
        RoundTrip(Frame("QStartNoAckMode"));
    }

    [GlobalCleanup]
    public void Cleanup() => _timeline.Dispose();

    [Benchmark(Baseline = true)]
    public int CurrentThread() => RoundTrip(_currentThread);

    [Benchmark]
    public int ReadRegisters() => RoundTrip(_readRegisters);

    [Benchmark]
    public int ReadMemory() => RoundTrip(_readMemory);

    [Benchmark]
    public int ReverseStep() => RoundTrip(_reverseStep);

    private static byte[] Frame(string content)
    {
        var packet = new ArrayBufferWriter<byte>();
        PacketWriter.Write(packet, Encoding.ASCII.GetBytes(content));
        return packet.WrittenSpan.ToArray();
    }

    private int RoundTrip(byte[] packet)
    {
        for (var taken = 0; taken < packet.Length;)
        {
            taken += _session.Feed(packet.AsSpan(taken));
            if (_session.State == SessionState.ResumeWanted)
            {
                _session.Run(static () => false);
            }
        }

        var length = _session.Output.Length;
        _session.ClearOutput();
        return length;
    }
}
