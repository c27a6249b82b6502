using Reprise.Gdb.Fuzz;
using SharpFuzz;

// The program that eng/fuzz runs. 'corpus FOLDER' writes what to begin with, 'replay FILE...' holds the conversations of
// files, such as those that a fuzzer found; without arguments it serves afl-fuzz, which started it.
switch (args)
{
    case ["corpus", var folder]:
        Console.WriteLine($"{Corpus.Write(folder)} files");
        return 0;
    case ["replay", .. var files]:
        foreach (var file in files)
        {
            Conversation.Hold(File.ReadAllBytes(file));
        }

        Console.WriteLine($"{files.Length} conversations, none failed");
        return 0;
    case []:
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Conversation.Hold(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        });
        return 0;
    default:
        Console.Error.WriteLine("usage: Reprise.Gdb.Fuzz [corpus FOLDER | replay FILE...]");
        return 2;
}
