package org.pagetrail.replay.state;

import java.util.Arrays;
import java.util.List;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * The live paging structures: their words by frame and slot, and why each is live.
 *
 * <p>A frame is live <i>at a level</i> while something refers to it there: at the highest level a root, below it words of
 * live structures of the level above. One frame can be live at several levels (a directory that another directory links as
 * a table); its words are the same seen from each. References go down one level each, so they form no cycle and counting
 * them is exact; a structure's reference to itself is not counted, and what is seen through it is derived by whoever walks.
 *
 * <p>A frame that loses its last reference is put aside with its words until the next event that can make or unmake a
 * reference. So when CR3 goes from one directory to another and both link a table, the table that the fold sees lose one
 * reference and get another keeps its words, which no event repeats: it never stopped being live.
 */
final class PagingStructures {
    /** No frame: the word refers to no other structure. */
    private static final long NO_FRAME = -1;

    private final PagingMode mode;
    private LongMap<Structure> live = new LongMap<>();
    private LongMap<Structure> aside = new LongMap<>();
    private long cr4;
    private int changes;

    PagingStructures(PagingMode mode) {
        this.mode = mode;
    }

    /** One frame's words, null for none present, and its references by level. */
    private static final class Structure {
        private final long frame;
        private final int[] references;
        private long[] words;

        Structure(long frame, int levels) {
            this.frame = frame;
            this.references = new int[levels + 1];
        }

        Structure(Structure other) {
            this.frame = other.frame;
            this.references = other.references.clone();
            this.words = other.words == null ? null : other.words.clone();
        }

        void save(Packer out) {
            for (int count : references) {
                out.number(count);
            }
            int present = 0;
            for (int slot = 0; words != null && slot < words.length; slot++) {
                present += words[slot] == 0 ? 0 : 1;
            }
            out.number(present);
            int before = 0;
            long like = 0;
            for (int slot = 0; present != 0 && slot < words.length; slot++) {
                if (words[slot] != 0) {
                    out.number(slot - before);
                    out.near(words[slot], like);
                    before = slot;
                    like = words[slot];
                }
            }
        }

        void load(Unpacker in, int slots) {
            for (int level = 0; level < references.length; level++) {
                references[level] = in.below(Integer.MAX_VALUE);
            }
            int present = in.count();
            words = present == 0 ? null : new long[slots];
            int slot = 0;
            long like = 0;
            for (int left = present; left > 0; left--) {
                slot += in.below(slots - slot);
                like = in.near(like);
                words[slot] = like;
            }
        }

        long word(int slot) {
            return words == null ? 0 : words[slot];
        }

        boolean referenced() {
            for (int count : references) {
                if (count != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    PagingStructures copy() {
        PagingStructures copy = new PagingStructures(mode);
        copy.live = live.copy(Structure::new);
        copy.aside = aside.copy(Structure::new);
        copy.cr4 = cr4;
        return copy;
    }

    void save(Packer out) {
        out.number(cr4);
        for (LongMap<Structure> map : List.of(live, aside)) {
            out.number(map.size());
            for (long frame : map.sortedKeys()) {
                out.number(frame);
                map.get(frame).save(out);
            }
        }
    }

    void load(Unpacker in) {
        cr4 = in.number();
        for (LongMap<Structure> map : List.of(live, aside)) {
            for (int left = in.count(); left > 0; left--) {
                Structure structure = new Structure(in.number(), mode.levels());
                structure.load(in, mode.slots());
                map.put(structure.frame, structure);
            }
        }
    }

    boolean isLive(long frame) {
        return live.get(frame) != null;
    }

    /** Whether something refers to the frame as a structure of this level. */
    boolean isLive(long frame, int level) {
        Structure structure = live.get(frame);
        return structure != null && structure.references[level] != 0;
    }

    int size() {
        return live.size();
    }

    long[] frames() {
        return live.sortedKeys();
    }

    /** The word, 0 when it is absent or its frame is not live. */
    long word(long frame, int slot) {
        Structure structure = live.get(frame);
        return structure == null ? 0 : structure.word(slot);
    }

    /** All words of a live structure by slot, or null when none is present; not to be changed. */
    long[] words(long frame) {
        Structure structure = live.get(frame);
        return structure == null ? null : structure.words;
    }

    /** Another number than before once a structure came to be, went, got its first word, or refers to another. */
    int changes() {
        return changes;
    }

    /** Forgets what was put aside: a new event can make and unmake references. */
    void beginChange() {
        aside.clear();
    }

    /** Makes the frame a root, for one more reason. */
    void addRoot(long frame) {
        addReference(frame, mode.levels());
    }

    /** Takes one of the reasons away for which the frame is a root. */
    void dropRoot(long frame) {
        dropReference(frame, mode.levels());
    }

    /** A word of a live structure changed; false when the frame is not live, and then nothing was done. */
    boolean wordChanged(long frame, int slot, long now) {
        Structure structure = live.get(frame);
        if (structure == null) {
            return false;
        }
        long was = structure.word(slot);
        if (was == now) {
            return true;
        }
        if (structure.words == null) {
            structure.words = new long[mode.slots()];
            changes++;
        }
        structure.words[slot] = now;
        // Upwards: what a level's change makes and unmakes lies below it, where the new word is counted already.
        for (int level = 2; level <= mode.levels(); level++) {
            if (structure.references[level] != 0) {
                long before = child(structure, was, level);
                long after = child(structure, now, level);
                if (before != after) {
                    if (after != NO_FRAME) {
                        addReference(after, level - 1);
                    }
                    if (before != NO_FRAME) {
                        dropReference(before, level - 1);
                    }
                }
            }
        }
        return true;
    }

    /** CR4 changed; where it decides between tables and leaves, everything is counted anew from the roots. */
    void controlChanged(long nowCr4) {
        boolean recount = ((cr4 ^ nowCr4) & mode.kindBits()) != 0;
        cr4 = nowCr4;
        if (recount) {
            LongMap<Structure> before = live;
            live = new LongMap<>();
            aside.clear();
            int top = mode.levels();
            long[] frames = before.sortedKeys();
            int[] reasons = new int[frames.length];
            for (int i = 0; i < frames.length; i++) {
                Structure structure = before.get(frames[i]);
                reasons[i] = structure.references[top];
                Arrays.fill(structure.references, 0);
            }
            aside = before;
            for (int i = 0; i < frames.length; i++) {
                for (int reason = 0; reason < reasons[i]; reason++) {
                    addRoot(frames[i]);
                }
            }
        }
    }

    private void addReference(long frame, int level) {
        changes++;
        Structure structure = live.get(frame);
        if (structure == null) {
            structure = aside.remove(frame);
            if (structure == null) {
                structure = new Structure(frame, mode.levels());
            }
            live.put(frame, structure);
        }
        if (structure.references[level]++ == 0 && level > 1 && structure.words != null) {
            for (long word : structure.words) {
                long child = child(structure, word, level);
                if (child != NO_FRAME) {
                    addReference(child, level - 1);
                }
            }
        }
    }

    private void dropReference(long frame, int level) {
        changes++;
        Structure structure = live.get(frame);
        if (--structure.references[level] != 0) {
            return;
        }
        if (level > 1 && structure.words != null) {
            for (long word : structure.words) {
                long child = child(structure, word, level);
                if (child != NO_FRAME) {
                    dropReference(child, level - 1);
                }
            }
        }
        if (!structure.referenced()) {
            live.remove(frame);
            aside.put(frame, structure);
        }
    }

    /** The other structure that the word refers to, seen as one of this level; else {@link #NO_FRAME}. */
    private long child(Structure structure, long word, int level) {
        if (word == 0 || mode.kind(word, level, cr4) != EntryKind.TABLE) {
            return NO_FRAME;
        }
        long frame = mode.frame(word, level, cr4);
        return frame == structure.frame ? NO_FRAME : frame;
    }
}
