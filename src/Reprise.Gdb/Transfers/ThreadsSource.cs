using System.Security;
using System.Text;
using Reprise.Gdb.Sessions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Transfers;

/// <summary><c>threads</c>: the CPU, with its name; saves gdb a packet a thread.</summary>
internal sealed class ThreadsSource : TransferSource
{
    public override string Name => "threads";

    public override bool IsServed(SessionContext context) => context.Target is IThreadTarget;

    public override ReadOnlyMemory<byte>? Read(string annex, SessionContext context)
    {
        if (annex.Length > 0 || context.Target is not IThreadTarget target)
        {
            return null;
        }

        var name = SecurityElement.Escape(target.ThreadName);
        var state = SecurityElement.Escape(ThreadText.Describe(context.Target));
        return Encoding.UTF8.GetBytes(
            $"<?xml version=\"1.0\"?>\n<threads>\n<thread id=\"{context.Thread}\" core=\"0\" name=\"{name}\">{state}"
            + "</thread>\n</threads>\n");
    }
}
