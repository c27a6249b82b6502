using System.Buffers;
using System.Text;
using Reprise.Gdb.Wire;

namespace Reprise.Gdb.Fuzz;

/// <summary>The tests' transcripts as what a peer sends: each a file of framed packets, for a fuzzer to begin with.</summary>
internal static class Corpus
{
    public static int Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var transcripts = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt");
        foreach (var transcript in transcripts)
        {
            var framed = new ArrayBufferWriter<byte>();
            foreach (var line in File.ReadLines(transcript).Where(line => line.StartsWith("-> ", StringComparison.Ordinal)))
            {
                PacketWriter.Write(framed, Encoding.Latin1.GetBytes(line[3..]));
            }

            File.WriteAllBytes(
                Path.Combine(folder, Path.GetFileNameWithoutExtension(transcript)), framed.WrittenSpan.ToArray());
        }

        return transcripts.Length;
    }
}
