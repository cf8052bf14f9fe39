package org.pagetrail.analyzer.rule;

import java.util.Arrays;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Which leaves map a page frame: the way back from frames to the words of live paging structures.
 *
 * <p>What is seen through a directory's reference to itself is not among them. A word that no longer maps the frame is noticed when
 * it is asked for, and forgotten then: so a structure that stops being live costs nothing, and a frame's list holds no more than
 * the words that ever mapped it since it was asked for last.
 */
public final class Owners {
    private static final int SLOT_BITS = 12;

    /** Shown each leaf that maps a frame. */
    public interface Visitor {
        /**
         * One leaf.
         *
         * @param placement where its table stands
         * @param slot which of its words
         * @param entry the word
         */
        void leaf(Structures.Placement placement, int slot, long entry);
    }

    private static final class Words {
        private long[] at = new long[1];
        private int size;

        boolean has(long word) {
            for (int i = 0; i < size; i++) {
                if (at[i] == word) {
                    return true;
                }
            }
            return false;
        }

        void add(long word) {
            if (size == at.length) {
                at = Arrays.copyOf(at, 2 * size);
            }
            at[size++] = word;
        }
    }

    private final MachineState state;
    private final PagingMode mode;
    private final Structures structures;

    /** By level of the leaf, then by the number of the large frame. */
    private final LongMap<Words>[] byLevel;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Owners(MachineState state, Structures structures) {
        this.state = state;
        this.mode = state.pagingMode();
        this.structures = structures;
        this.byLevel = new LongMap[mode.levels() + 1];
        for (int level = 1; level <= mode.levels(); level++) {
            byLevel[level] = new LongMap<>();
        }
    }

    private long key(long frame, int level) {
        return frame >>> mode.shift(level) - mode.shift(1);
    }

    void mapped(PageFact page) {
        if (page.derived()) {
            return;
        }
        int level = page.level();
        long key = key(page.frame(), level);
        Words words = byLevel[level].get(key);
        if (words == null) {
            words = new Words();
            byLevel[level].put(key, words);
        }
        long word = page.table() << SLOT_BITS | page.slot();
        if (!words.has(word)) {
            forgetTheDead(words, key, level);
            words.add(word);
        }
    }

    /** How many words and frames are kept in mind. */
    int size() {
        int size = 0;
        for (int level = 1; level < byLevel.length; level++) {
            for (long key : byLevel[level].sortedKeys()) {
                size += 1 + byLevel[level].get(key).size;
            }
        }
        return size;
    }

    private boolean maps(long word, long key, int level) {
        long table = word >>> SLOT_BITS;
        long entry = state.word(table, slot(word));
        long cr4 = state.register(ControlRegister.CR4);
        return state.isLive(table, level)
                && mode.kind(entry, level, cr4) == EntryKind.LEAF
                && key(mode.frame(entry, level, cr4), level) == key;
    }

    private static int slot(long word) {
        return (int) word & (1 << SLOT_BITS) - 1;
    }

    private void forgetTheDead(Words words, long key, int level) {
        int kept = 0;
        for (int i = 0; i < words.size; i++) {
            if (maps(words.at[i], key, level)) {
                words.at[kept++] = words.at[i];
            }
        }
        words.size = kept;
    }

    /** Shows each leaf that maps the frame, once for each place at which its table stands. */
    public void of(long frame, Visitor visitor) {
        for (int level = 1; level < byLevel.length; level++) {
            long key = key(frame, level);
            Words words = byLevel[level].get(key);
            if (words == null) {
                continue;
            }
            forgetTheDead(words, key, level);
            if (words.size == 0) {
                byLevel[level].remove(key);
            }
            for (int i = 0; i < words.size; i++) {
                long table = words.at[i] >>> SLOT_BITS;
                int slot = slot(words.at[i]);
                for (Structures.Placement placement : structures.placements(table)) {
                    if (placement.level() == level && !placement.derived()) {
                        visitor.leaf(placement, slot, state.word(table, slot));
                    }
                }
            }
        }
    }
}
