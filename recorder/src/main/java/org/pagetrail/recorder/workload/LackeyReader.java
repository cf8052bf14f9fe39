package org.pagetrail.recorder.workload;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The records of a program's run under {@code valgrind --tool=lackey --trace-mem=yes}, one after the other.
 *
 * <pre>
 *  I  0401ab70,3         a fetch of 3 bytes
 *   L 1fff000780,8       a load
 *   S 1fff000778,8       a store
 *   M 0404b2d8,4         a load and a store of the same bytes
 *  ==16229== Command: ls  a line of valgrind's own
 * </pre>
 *
 * <p>A record is three characters, 1 to 16 hexadecimal digits, a comma and a decimal size of 1 to {@value #LARGEST} bytes; the line ends
 * with LF or CR LF, the last one perhaps with the file. Valgrind's own lines are passed over wherever they stand. Anything else is refused,
 * or skipped and counted.
 *
 * <p>The file is plain or compressed with gzip, which its first two bytes tell, and may be a pipe. Memory does not grow with it, nor with
 * its lines, and nothing is allocated for a record: {@link #next} goes on to it, and the other methods say what it is.
 */
public final class LackeyReader implements Closeable {
    /** The largest size of a reference in bytes, one page: then it is in two pages at the most. */
    public static final int LARGEST = 4096;

    private static final int BUFFER = 1 << 18;
    private static final int MARK = 3;
    private static final int WORD = Long.BYTES;
    private static final int MOST_DIGITS = 16;
    /** What a line is judged by. No record is longer, nor the beginning of a line of valgrind's own. */
    private static final int JUDGED = 64;

    private static final int SHOWN = 40;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The marks as little-endian numbers, by the low three bits of the first character XOR the second. */
    private static final int[] MARKS = new int[8];

    private static final ReferenceKind[] KINDS = new ReferenceKind[MARKS.length];

    static {
        mark("I  ", ReferenceKind.FETCH);
        mark(" L ", ReferenceKind.LOAD);
        mark(" S ", ReferenceKind.STORE);
        mark(" M ", ReferenceKind.MODIFY);
    }

    /** What a line is. */
    private enum Line {
        RECORD("a record"),
        OTHER("no record: I, L, S or M, an address, a comma and a size are"),
        SIZE("a reference of a size that is not 1 to " + LARGEST + " bytes"),
        BEYOND("a reference beyond the last address");

        private final String what;

        Line(String what) {
            this.what = what;
        }
    }

    private final Path file;
    private final boolean lenient;
    private final ReferenceInput input;
    private final byte[] bytes = new byte[BUFFER];
    private int from;
    private int to;
    private boolean ended;
    private long line;
    private long passed;
    private long skipped;
    private boolean cut;
    private int slot;
    private long address;
    private int size;

    private LackeyReader(Path file, boolean lenient, ReferenceInput input) {
        this.file = file;
        this.lenient = lenient;
        this.input = input;
    }

    private static void mark(String characters, ReferenceKind kind) {
        int mark = characters.charAt(0) | characters.charAt(1) << 8 | characters.charAt(2) << 16;
        MARKS[slot(mark)] = mark;
        KINDS[slot(mark)] = kind;
    }

    private static int slot(int mark) {
        return (mark ^ mark >>> 8) & MARKS.length - 1;
    }

    /**
     * Opens a file.
     *
     * @param lenient whether lines that are no records are skipped and counted
     * @throws LackeyFormatException when it cannot be read, or is empty
     */
    public static LackeyReader open(Path file, boolean lenient) {
        LackeyReader reader = new LackeyReader(file, lenient, ReferenceInput.open(file));
        try {
            reader.fill();
            if (reader.to == 0 && !reader.input.torn()) {
                throw new LackeyFormatException(
                        file + " is empty; name what valgrind --tool=lackey --trace-mem=yes wrote");
            }
        } catch (LackeyFormatException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    /**
     * Goes on to the next record; false at the end of the file.
     *
     * @throws LackeyFormatException when a line is no record and that is not to be skipped, when compressed data are damaged, or when
     *     there was no record at all
     */
    public boolean next() {
        if (to - from >= JUDGED && plainRecord()) {
            line++;
            return true;
        }
        return anyRecord();
    }

    /**
     * Takes the record at the beginning of the buffer if it is one as valgrind writes almost all: 8 to 15 digits in lower case, a size of one
     * or two, LF.
     */
    private boolean plainRecord() {
        byte[] at = bytes;
        int mark = (int) INTS.get(at, from) & 0xff_ffff;
        int which = slot(mark);
        long high = (long) LONGS.get(at, from + MARK);
        if (MARKS[which] != mark || HexDigits.digits(high) != HexDigits.EACH) {
            return false;
        }
        long number = HexDigits.value(high);
        int comma = from + MARK + WORD;
        if (at[comma] != ',') {
            long low = (long) LONGS.get(at, comma);
            int digits = Long.numberOfTrailingZeros(HexDigits.digits(low) ^ HexDigits.EACH) / Byte.SIZE;
            if (digits == 0 || digits == WORD) {
                return false;
            }
            number = number << 4 * digits | HexDigits.value(low << Long.SIZE - Byte.SIZE * digits);
            comma += digits;
            if (at[comma] != ',') {
                return false;
            }
        }
        int length = at[comma + 1] - '0';
        int end = comma + 2;
        int second = at[end] - '0';
        if (second >= 0 && second <= 9) {
            length = length * 10 + second;
            end++;
        }
        if (at[end] != '\n' || at[comma + 1] < '0' || at[comma + 1] > '9' || length == 0) {
            return false;
        }
        slot = which;
        address = number;
        size = length;
        from = end + 1;
        return true;
    }

    /** Goes on to the next record, whatever is before it. */
    private boolean anyRecord() {
        while (true) {
            int end = judgedEnd();
            boolean unfinished = end == to && to - from < JUDGED;
            if (unfinished && (from == to || input.torn())) {
                return noMore();
            }
            line++;
            int judged = Math.min(end, from + JUDGED);
            if (ownLine(judged)) {
                passed++;
                leaveLine();
                continue;
            }
            Line found = end - from < JUDGED ? record(end) : Line.OTHER;
            if (found == Line.RECORD) {
                from = unfinished ? end : end + 1;
                return true;
            }
            if (!lenient) {
                throw new LackeyFormatException(
                        at() + shown(judged) + " is " + found.what + "; use --lenient to skip such lines");
            }
            passed++;
            skipped++;
            leaveLine();
        }
    }

    /** The end of the file. What is left of cut data is never a record, even if it looks like one: it may lack digits. */
    private boolean noMore() {
        if (input.torn() && !cut) {
            if (!lenient) {
                throw new LackeyFormatException(file + ":" + (line + 1)
                        + ": the compressed data were cut off here; use --lenient to take what is before");
            }
            cut = true;
            line++;
            passed++;
            skipped++;
            from = to;
        }
        if (line == passed) {
            throw new LackeyFormatException(file + " has no record of a reference"
                    + "; run valgrind with --tool=lackey --trace-mem=yes and name what it wrote");
        }
        return false;
    }

    /** Where the line ends, without its LF; so far as it is judged, when it is longer. */
    private int judgedEnd() {
        while (to - from < JUDGED && !ended) {
            fill();
        }
        int last = Math.min(to, from + JUDGED);
        for (int i = from; i < last; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return last;
    }

    /**
     * Whether the line begins as valgrind begins its own: {@code ==PID==}, {@code --PID--} or {@code **PID**}, with the time before the
     * number when it was asked for.
     */
    private boolean ownLine(int end) {
        if (end - from < 5) {
            return false;
        }
        byte sign = bytes[from];
        if (sign != '=' && sign != '-' && sign != '*' || bytes[from + 1] != sign) {
            return false;
        }
        int i = from + 2;
        while (i < end && (bytes[i] >= '0' && bytes[i] <= ':' || bytes[i] == '.' || bytes[i] == ' ')) {
            i++;
        }
        return i + 1 < end && bytes[i - 1] >= '0' && bytes[i - 1] <= '9' && bytes[i] == sign && bytes[i + 1] == sign;
    }

    /** Takes any record that a whole line may be. */
    private Line record(int lineEnd) {
        int end = lineEnd > from && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        if (end - from <= MARK) {
            return Line.OTHER;
        }
        int mark = bytes[from] & 0xff | (bytes[from + 1] & 0xff) << 8 | (bytes[from + 2] & 0xff) << 16;
        int i = from + MARK;
        long number = 0;
        while (i < end && i < from + MARK + MOST_DIGITS && Character.digit(bytes[i], 16) >= 0) {
            number = number << 4 | Character.digit(bytes[i++], 16);
        }
        if (MARKS[slot(mark)] != mark || i == from + MARK || i + 1 >= end || bytes[i] != ',') {
            return Line.OTHER;
        }
        int length = 0;
        for (i++; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return Line.OTHER;
            }
            length = Math.min(length * 10 + bytes[i] - '0', LARGEST + 1);
        }
        if (length == 0 || length > LARGEST) {
            return Line.SIZE;
        }
        if (number < 0 && number + length > 0) {
            return Line.BEYOND;
        }
        slot = slot(mark);
        address = number;
        size = length;
        return Line.RECORD;
    }

    /** Goes on to the beginning of the next line, however far that is. */
    private void leaveLine() {
        while (true) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\n') {
                    from = i + 1;
                    return;
                }
            }
            from = to;
            if (ended) {
                return;
            }
            fill();
        }
    }

    private void fill() {
        System.arraycopy(bytes, from, bytes, 0, to - from);
        to -= from;
        from = 0;
        int read = input.read(bytes, to, bytes.length - to, line + 1);
        ended = read < 0;
        to += Math.max(read, 0);
    }

    /** The beginning of the line, as far as it can be shown. */
    private String shown(int end) {
        String text = new String(bytes, from, Math.min(end - from, SHOWN), StandardCharsets.ISO_8859_1);
        return "'" + text.replaceAll("\r$", "").replaceAll("[^ -~]", "?") + (end - from > SHOWN ? "..." : "") + "'";
    }

    private String at() {
        return file + ":" + line + ": ";
    }

    /** What the reference does. */
    public ReferenceKind kind() {
        return KINDS[slot];
    }

    /** Its first address, unsigned. */
    public long address() {
        return address;
    }

    /** How many bytes it refers to, from 1. */
    public int size() {
        return size;
    }

    /** The line that it stands in, from 1; after the end, how many lines there were. */
    public long line() {
        return line;
    }

    /** How many records there were up to now, this one included. */
    public long records() {
        return line - passed;
    }

    /** How many lines were skipped because they are no records; valgrind's own do not count. */
    public long skipped() {
        return skipped;
    }

    /** How many bytes of the file were read up to now, compressed if it is: how far the reader is, for a display of progress. */
    public long bytesRead() {
        return input.count();
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            // It was only read: nothing is lost.
        }
    }
}
