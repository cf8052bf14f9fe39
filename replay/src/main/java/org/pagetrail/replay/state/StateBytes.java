package org.pagetrail.replay.state;

import org.pagetrail.traces.event.TraceHeader;

/**
 * A state as bytes and back, exactly: what is read back goes on as the one that was written would have.
 *
 * <p>The bytes hold what events have said, and nothing that the trace's header says. Equal states have equal bytes. They are meant
 * for the same release of the program: what they mean is said by {@link #VERSION} and the vocabulary, and there is no reading of
 * older ones.
 */
public final class StateBytes {
    /** To be raised whenever a state has other bytes than before, or the same events make another state. */
    public static final int VERSION = 1;

    private StateBytes() {}

    /** The bytes of a state; a mapped page takes about four. */
    public static byte[] of(MachineState state) {
        Packer out = new Packer();
        state.control.save(out);
        state.symbols.save(out);
        state.frames.save(out);
        state.spaces.save(out);
        state.structures.save(out);
        state.caches.save(out);
        return out.bytes();
    }

    /**
     * The state of these bytes.
     *
     * @param header of the trace that the state is of
     * @throws IllegalArgumentException when no state of such a trace has these bytes
     * @throws org.pagetrail.traces.event.TraceException when the header names what this version does not know
     */
    public static MachineState read(TraceHeader header, byte[] bytes) {
        return read(new StateBuilder(header).state(), bytes);
    }

    static MachineState read(MachineState empty, byte[] bytes) {
        Unpacker in = new Unpacker(bytes);
        empty.control.load(in);
        empty.symbols.load(in);
        empty.frames.load(in);
        empty.spaces.load(in);
        empty.structures.load(in);
        empty.caches.load(in);
        in.end();
        return empty;
    }
}
