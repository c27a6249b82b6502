namespace Reprise.Emulation.Devices;

/// <summary>
/// The one door (law 3) through which the outside reaches a device: UART bytes, buttons. What comes in is logged as an
/// input event by the recorder, which then calls <see cref="Receive"/> at the same position on every replay.
/// </summary>
public interface IInputPort
{
    /// <summary>Name on its board, unique there: "uart0", "buttons".</summary>
    string Name { get; }

    /// <summary>True when a byte offered now would be taken (a UART whose receive buffer is empty and enabled).</summary>
    bool CanReceive { get; }

    /// <summary>Takes one byte. A byte that can't be taken is handled as the hardware does (overrun).</summary>
    void Receive(byte value);
}
