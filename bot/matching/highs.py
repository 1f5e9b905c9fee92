"""HiGHS, as the plan asks it: a relaxation with its prices, or whole numbers with a bound."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from bot.matching.model import Floats, Model


class SolverFault(Exception):
    """HiGHS ended without an answer, which a model that allows the empty plan always has."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best point of the relaxation, what it costs, and the price of each row."""

    point: Floats
    cost: float
    prices: Floats


@dataclass(frozen=True, slots=True)
class Whole:
    """The best point found in whole numbers, and a bound that none can be better than."""

    point: Floats
    bound: float


def relax(model: Model) -> Relaxed:
    """Solve the relaxation."""
    solver = _load(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverFault(str(solver.getModelStatus()))
    found = solver.getSolution()
    return Relaxed(
        np.array(found.col_value), solver.getInfo().objective_function_value,
        np.array(found.row_dual),
    )  # fmt: skip


def whole(model: Model, seconds: float) -> Whole | None:
    """Solve it in whole numbers; None where the time was over before anything was found."""
    solver = _load(model, integral=True)
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return None
    return Whole(np.array(solver.getSolution().col_value), info.mip_dual_bound)


def _load(model: Model, *, integral: bool = False) -> highspy.Highs:
    """A silent solver of one thread, which takes the same way each time."""
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 1,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.5,  # costs are whole numbers
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    rows, cols = np.concatenate(model.rows), np.concatenate(model.cols)
    values = np.concatenate(model.values)
    order = np.lexsort((rows, cols))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.lower)
    lp.col_cost_ = model.cost
    lp.col_lower_, lp.col_upper_ = np.zeros(len(model.cost)), np.ones(len(model.cost))
    lp.row_lower_ = np.maximum(np.array(model.lower), -highspy.kHighsInf)
    lp.row_upper_ = np.array(model.upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(cols, minlength=len(model.cost))
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = rows[order].astype(np.int32)
    lp.a_matrix_.value_ = values[order]
    if integral:  # what x decides follows by itself: w, s, t and r are whole where x is
        x, others = len(model.taken), len(model.cost) - len(model.taken)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger] * x + [kinds.kContinuous] * others
    solver.passModel(lp)
    return solver
