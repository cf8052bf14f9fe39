/** The virtual memory manager: the loaded address space through the recursive window, others through the temporary slot. */
package org.pagetrail.recorder.kernel.vmm;
