package org.pagetrail.replay.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.pagetrail.traces.event.Tlb;

/**
 * SHA-256 over all of a machine's state in one canonical order: two states are equal when their digests are.
 *
 * <p>The order of recency in a TLB is not in it, for events do not tell it; nor are the counts of the last flush and of
 * contradictions, which speak of how the state came to be.
 */
public final class StateDigest {
    private final MessageDigest sha256;
    private final ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);

    private StateDigest() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest in hexadecimal. */
    public static String of(MachineState state) {
        StateDigest digest = new StateDigest();
        digest.control(state.control);
        digest.structures(state);
        digest.caches(state);
        digest.frames(state.frames);
        digest.spaces(state.spaces);
        digest.text(state.symbols.texts().toString());
        return HexFormat.of().formatHex(digest.sha256.digest());
    }

    private void control(Control control) {
        numbers(control.registers);
        numbers(control.cr2, control.stackPage, control.tick, control.events);
        text(control.mode.name());
        text(control.stopped == null ? "" : control.stopped.name());
        for (DescriptorTableRegister table : control.tables) {
            text(String.valueOf(table));
        }
        texts(List.copyOf(control.phases));
        text(String.valueOf(control.lastPhaseEnded));
    }

    private void structures(MachineState state) {
        long[] frames = state.liveFrames();
        numbers(frames.length);
        for (long frame : frames) {
            numbers(frame);
            for (int level = 1; level <= state.pagingMode().levels(); level++) {
                numbers(state.isLive(frame, level) ? 1 : 0);
            }
            long[] words = state.structures.words(frame);
            for (int slot = 0; words != null && slot < words.length; slot++) {
                if (words[slot] != 0) {
                    numbers(slot, words[slot]);
                }
            }
            numbers(-1);
        }
    }

    private void caches(MachineState state) {
        for (Tlb which : Tlb.values()) {
            TranslationCache tlb = state.tlb(which);
            numbers(which.ordinal(), tlb == null ? 0 : tlb.size());
            for (int set = 0; tlb != null && set < tlb.sets(); set++) {
                for (int way = 0; way < tlb.ways(); way++) {
                    if (tlb.valid(set, way)) {
                        numbers(set, way, tlb.page(set, way), tlb.pde(set, way), tlb.pte(set, way));
                        numbers(
                                tlb.rights(set, way),
                                tlb.large(set, way) ? 1 : 0,
                                tlb.dirty(set, way) ? 1 : 0,
                                tlb.global(set, way) ? 1 : 0);
                    }
                }
            }
        }
        for (int set = 0; set < state.walkCacheSets(); set++) {
            for (int way = 0; way < state.walkCacheWays(); way++) {
                text(String.valueOf(state.walkCacheEntry(set, way)));
            }
        }
    }

    private void frames(Frames frames) {
        texts(frames.allocated.runs());
        texts(frames.locked.runs());
        text(frames.shares.toString());
        texts(frames.regions);
        texts(frames.modules);
        texts(frames.kernelSegments);
    }

    private void spaces(Spaces spaces) {
        text(spaces.byDirectory.toString());
        text(spaces.processes.toString());
        numbers(spaces.current);
    }

    private void texts(List<?> values) {
        numbers(values.size());
        values.forEach(value -> text(value.toString()));
    }

    private void numbers(long... values) {
        for (long value : values) {
            eight.putLong(0, value);
            sha256.update(eight.array());
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        numbers(bytes.length);
        sha256.update(bytes);
    }
}
