package org.pagetrail.recorder.workload;

import java.io.Closeable;
import java.nio.file.Path;
import java.util.Locale;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.plan.Plan;

/**
 * A recorded program's references as accesses of a process under a plan: {@link LackeyReader}'s records, each with a linear address of user
 * space.
 *
 * <p>A record is one access; two, at the boundary between two pages, when {@code rebase} puts those apart.
 */
public final class ReferenceStream implements Closeable {
    private final Path file;
    private final LackeyReader reader;
    private final UserSpace space;
    private final Rebase rebase;
    private int linear;
    private int size;
    private int laterLinear;
    private int laterSize;

    private ReferenceStream(Path file, LackeyReader reader, UserSpace space, Rebase rebase) {
        this.file = file;
        this.reader = reader;
        this.space = space;
        this.rebase = rebase;
    }

    /**
     * Opens a file.
     *
     * @param rebase whether addresses that user space does not have are moved into it; else they are refused
     * @param lenient whether lines that are no records are skipped and counted; else they are refused
     * @throws LackeyFormatException when it cannot be read, or is empty
     */
    public static ReferenceStream open(Path file, Plan plan, boolean rebase, boolean lenient) {
        LackeyReader reader = LackeyReader.open(file, lenient);
        UserSpace space = new UserSpace(plan);
        return new ReferenceStream(file, reader, space, rebase ? new Rebase(space) : null);
    }

    /**
     * Goes on to the next access; false at the end of the file.
     *
     * @throws LackeyFormatException when there is none that can be run: see {@link LackeyReader#next}; or its address is not in user space,
     *     or user space has no room for it
     */
    public boolean next() {
        if (laterSize > 0) {
            linear = laterLinear;
            size = laterSize;
            laterSize = 0;
            return true;
        }
        if (!reader.next()) {
            return false;
        }
        long address = reader.address();
        linear = place(address);
        size = reader.size();
        int inPage = LinearAddress.PAGE_BYTES - LinearAddress.offset((int) address);
        if (size > inPage) {
            int upper = place(address + inPage);
            if (upper != linear + inPage) {
                laterLinear = upper;
                laterSize = size - inPage;
                size = inPage;
            }
        }
        return true;
    }

    private int place(long address) {
        if (rebase == null) {
            if (!space.contains(address)) {
                throw new LackeyFormatException(at(address) + " is not in user space, " + hex(space.first()) + " to "
                        + hex(space.last()) + "; use --rebase to move such addresses into it");
            }
            return (int) address;
        }
        long placed = rebase.linear(address, reader.kind() != ReferenceKind.FETCH);
        if (placed == Rebase.NO_ROOM) {
            throw new LackeyFormatException(at(address) + " is in one area of 4 MB more than the " + rebase.places()
                    + " that user space has room for; record a run that uses less memory");
        }
        return (int) placed;
    }

    private String at(long address) {
        return file + ":" + reader.line() + ": " + hex(address);
    }

    private static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }

    /** What the access does. */
    public ReferenceKind kind() {
        return reader.kind();
    }

    /** Its first linear address. */
    public int linear() {
        return linear;
    }

    /** How many bytes it is, 1 to {@value LackeyReader#LARGEST}. */
    public int size() {
        return size;
    }

    /** The line of the record that it is of, from 1; after the end, how many lines there were. */
    public long line() {
        return reader.line();
    }

    /** How many records there were up to now. */
    public long records() {
        return reader.records();
    }

    /** How many lines were skipped because they are no records. */
    public long skipped() {
        return reader.skipped();
    }

    /** How many bytes of the file were read up to now, for a display of progress. */
    public long bytesRead() {
        return reader.bytesRead();
    }

    @Override
    public void close() {
        reader.close();
    }
}
