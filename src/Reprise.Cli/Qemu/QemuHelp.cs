using System.Text;

namespace Reprise.Cli.Qemu;

/// <summary>What -help prints.</summary>
internal static class QemuHelp
{
    private const int Column = 42;

    public static string Text
    {
        get
        {
            var text = new StringBuilder(
                "usage: reprise qemu OPTIONS, or reprise OPTIONS: the options of qemu-system-arm, with one dash or two\n");
            foreach (var option in QemuOptionTable.All.Where(option => option.Description is not null))
            {
                var head = $"-{option.Name} {option.Value}".TrimEnd();
                text.Append('\n').Append(head.Length < Column ? head.PadRight(Column) : $"{head}\n{new string(' ', Column)}")
                    .Append(option.Description);
            }

            var others = QemuOptionTable.All.Where(option => option.Description is null).Select(option => "-" + option.Name);
            return text.Append("\n\nTaken, without effect: ").AppendJoin(' ', others).ToString();
        }
    }
}
