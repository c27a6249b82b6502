namespace Reprise.Cli.Serial;

/// <summary>
/// What Ctrl-A does on a console that QEMU would share with its monitor (<c>mon:stdio</c>, <c>-nographic</c>): it and the key behind
/// it are not for the guest.
/// </summary>
/// <param name="say">Writes a text to the console.</param>
/// <param name="quit">Ends the run.</param>
internal sealed class MenuKeys(Action<string> say, Action quit)
{
    private const byte Escape = 1;

    private const string Help = """

        Ctrl-A h       this help
        Ctrl-A x       ends the run
        Ctrl-A Ctrl-A  sends Ctrl-A to the guest

        """;

    private bool _isEscaped;

    /// <summary>Does what keys ask for.</summary>
    /// <param name="keys">As they came; what is for the guest is moved to the front.</param>
    /// <returns>How many those are.</returns>
    public int Take(Span<byte> keys)
    {
        var count = 0;
        foreach (var key in keys)
        {
            if (!_isEscaped && key == Escape)
            {
                _isEscaped = true;
            }
            else if (!_isEscaped || key == Escape)
            {
                _isEscaped = false;
                keys[count++] = key;
            }
            else
            {
                _isEscaped = false;
                Obey((char)key);
            }
        }

        return count;
    }

    private void Obey(char key)
    {
        switch (key)
        {
            case 'h' or '?':
                say(Help.ReplaceLineEndings("\r\n"));
                break;
            case 'x':
                say("\r\nreprise: ended by Ctrl-A x\r\n");
                quit();
                break;
            case 'c':
                say("\r\nreprise: there is no monitor here; gdb has one, 'monitor help'\r\n");
                break;
        }
    }
}
