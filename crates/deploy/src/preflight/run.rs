//! All checks, in the order in which they are read.

use super::{
    Check, Machine, Request, clock, cpu, disk, java, kernel, limits, memory, names, ports, secrets, storage,
};

/// Looks at everything. Nothing is changed; ports are listened on for a moment.
pub fn preflight(machine: &Machine, request: &Request) -> Vec<Check> {
    let mut checks = kernel::checks(machine);
    checks.extend(java::checks(machine, request));
    checks.extend(cpu::checks(machine, request));
    checks.extend(memory::checks(machine, request));
    checks.extend(limits::checks(machine));
    checks.extend(disk::checks(machine, request));
    checks.extend(clock::checks(machine));
    checks.extend(names::checks(machine, request));
    checks.extend(ports::checks(request));
    checks.extend(secrets::checks(machine, request));
    checks.extend(storage::checks(request));
    checks
}
