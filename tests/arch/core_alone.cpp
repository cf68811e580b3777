// Linked with all of core, whole-archive, and nothing above it: an upward call does not link.
int main() {
    return 0;
}
