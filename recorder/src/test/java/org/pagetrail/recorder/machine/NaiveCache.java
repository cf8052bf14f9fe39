package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * A translation cache as lists: lines with stamps for true LRU, a tree of nodes for tree pseudo-LRU.
 *
 * <p>Which of several empty ways a fill takes is a rule of its own: with true LRU the way emptied last, or in a set never filled
 * the lowest; with a tree the lowest.
 */
final class NaiveCache {
    final int sets;
    final int ways;
    private final boolean lru;
    private final List<Line> lines = new ArrayList<>();
    private final List<List<Integer>> empty = new ArrayList<>();
    private final List<Node> trees = new ArrayList<>();
    private long clock;

    /** A translation with the stamp of its last use. */
    static final class Line {
        int set;
        int way;
        int key;
        boolean large;
        boolean changed;
        int frame;
        int bits;
        int pde;
        int pte;
        long used;

        boolean global() {
            return (bits & 1 << 6) != 0;
        }

        boolean fragment() {
            return (bits & 1 << 5) != 0;
        }
    }

    /** A node over the ways from {@code first} to {@code last}; a leaf has no children. */
    private static final class Node {
        final int first;
        final int last;
        final Node left;
        final Node right;
        boolean pointsRight;

        Node(int first, int last) {
            this.first = first;
            this.last = last;
            int middle = (first + last) / 2;
            left = first == last ? null : new Node(first, middle);
            right = first == last ? null : new Node(middle + 1, last);
        }

        int victim() {
            return left == null ? first : pointsRight ? right.victim() : left.victim();
        }

        void used(int way) {
            if (left != null) {
                pointsRight = way <= left.last;
                (pointsRight ? left : right).used(way);
            }
        }
    }

    NaiveCache(TlbGeometry geometry) {
        sets = geometry.sets();
        ways = geometry.ways();
        lru = geometry.replacement() == Replacement.LRU;
        for (int set = 0; set < sets; set++) {
            List<Integer> all = new ArrayList<>();
            for (int way = ways - 1; way >= 0; way--) {
                all.add(way);
            }
            empty.add(all);
            trees.add(new Node(0, ways - 1));
        }
    }

    int valid() {
        return lines.size();
    }

    Line at(int set, int way) {
        return lines.stream()
                .filter(line -> line.set == set && line.way == way)
                .findFirst()
                .orElse(null);
    }

    Line find(int key, boolean large) {
        Line found = lines.stream()
                .filter(line -> line.key == key && line.large == large)
                .findFirst()
                .orElse(null);
        if (found != null) {
            use(found);
        }
        return found;
    }

    /** What serves at once: neither a changed line nor one that leads beyond 4 GB. */
    Line hit(int key, boolean large) {
        boolean slow = lines.stream()
                .anyMatch(line -> line.key == key && line.large == large && (line.changed || line.frame >>> 20 != 0));
        return slow ? null : find(key, large);
    }

    private void use(Line line) {
        line.used = ++clock;
        trees.get(line.set).used(line.way);
    }

    Line fill(Line old, int key, boolean large, int frame, int bits, int pde, int pte) {
        int set = key % sets;
        Line line = new Line();
        line.set = set;
        line.way = old == null ? choose(set) : old.way;
        lines.removeIf(other -> other.set == set && other.way == line.way);
        empty.get(set).remove(Integer.valueOf(line.way));
        line.key = key;
        line.large = large;
        line.frame = frame;
        line.bits = bits;
        line.pde = pde;
        line.pte = pte;
        lines.add(line);
        use(line);
        return line;
    }

    private int choose(int set) {
        List<Integer> free = empty.get(set);
        if (!free.isEmpty()) {
            return lru
                    ? free.get(free.size() - 1)
                    : free.stream().min(Comparator.naturalOrder()).orElseThrow();
        }
        if (!lru) {
            return trees.get(set).victim();
        }
        return lines.stream()
                .filter(line -> line.set == set)
                .min(Comparator.comparingLong(line -> line.used))
                .orElseThrow()
                .way;
    }

    int flush(boolean keepGlobal) {
        return drop(lines.stream().filter(line -> !keepGlobal || !line.global()).toList());
    }

    int invalidate(int page) {
        return drop(lines.stream()
                .filter(line -> line.large
                        ? line.key == page / 1024
                        : line.fragment() ? line.key / 1024 == page / 1024 : line.key == page)
                .toList());
    }

    /** Of a 4 KB and a 4 MB line with this key the more recent one goes, or with a tree the one in the lower way. */
    int dropKey(int key) {
        Comparator<Line> order = lru
                ? Comparator.comparingLong((Line line) -> -line.used)
                : Comparator.comparingInt((Line line) -> line.way);
        return drop(lines.stream()
                .filter(line -> line.key == key)
                .sorted(order)
                .limit(1)
                .toList());
    }

    /** A scan goes from the last place to the first, so the most recent line is emptied last. */
    private int drop(List<Line> dropped) {
        dropped.stream().sorted(Comparator.comparingLong(line -> line.used)).forEach(line -> {
            lines.remove(line);
            empty.get(line.set).add(line.way);
        });
        return dropped.size();
    }
}
