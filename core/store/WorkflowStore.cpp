#include "core/store/WorkflowStore.h"

#include "core/store/TaskColumns.h"

#include <map>
#include <set>

namespace core::store {

std::vector<TreeRow> readTree(Connection& db, const task::TaskId& member, Bodies bodies) {
    // From the member up to where its family begins, over all of that one's workflow, and down again.
    Query rows = db.query("WITH RECURSIVE above(id, parent, workflow) AS ("
                          "SELECT id, parent_id, workflow FROM task WHERE id=?1 UNION "
                          "SELECT t.id, t.parent_id, t.workflow FROM task t JOIN above ON t.id=above.parent), "
                          "tree(key, id) AS ("
                          "SELECT key, id FROM task WHERE id IN (SELECT id FROM above) UNION "
                          "SELECT t.key, t.id FROM task t JOIN above ON t.workflow=above.workflow UNION "
                          "SELECT t.key, t.id FROM task t JOIN tree ON t.parent_id=tree.id) "
                          "SELECT " + taskColumns(bodies) + " FROM task WHERE key IN (SELECT key FROM tree) ORDER BY key",
                          member.text);
    std::vector<TreeRow> tree;
    std::set<std::string> retried;
    while (rows.step()) {
        tree.push_back({taskAt(rows, bodies), {}, false});
        retried.insert(tree.back().task.retryOf);
    }
    for (TreeRow& row : tree) {
        row.retried = retried.contains(row.task.id.text);
        Query upstream = db.query("SELECT upstream FROM dependency WHERE task=? ORDER BY upstream", row.task.key);
        while (upstream.step())
            row.upstream.push_back(upstream.integer(0));
    }
    return tree;
}

} // namespace core::store
