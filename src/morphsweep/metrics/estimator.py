"""The classifier as a scikit-learn estimator."""

from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from morphsweep.errors import InvalidInput
from morphsweep.metrics.classifier import fit_newton
from morphsweep.metrics.elastic_net import linear_scores, softmax
from morphsweep.records import FloatArray, IntArray

__all__ = ["ElasticNetMultinomial"]


class ElasticNetMultinomial(ClassifierMixin, BaseEstimator):
    """Multinomial logistic regression with an elastic-net penalty, fast and with a certificate.

    The problem is that of ``sklearn.linear_model.LogisticRegression(penalty="elasticnet", solver="saga")``; the solver
    is a proximal Newton method, which does not slow down on correlated features.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty, above 0.
    l1_ratio : float
        Share of the L1 penalty, 0 to 1.
    tol : float
        Largest violation of the optimality conditions accepted, per row, above 0.
    max_iter : int
        Most steps.
    class_weight : mapping of label to float, "balanced" or None
        Weight of each class; "balanced": inversely proportional to its rows.

    Attributes
    ----------
    classes_ : array, shape (n_classes,)
        Labels, sorted.
    coef_ : array, shape (n_classes, n_features), or (1, n_features) for two classes
        Coefficients.
    intercept_ : array, shape (n_classes,) or (1,)
        Intercepts.
    objective_ : float
        Value reached, per row; lower is better.
    kkt_ : float
        Largest violation of the optimality conditions, per row; 0 at the optimum.
    gap_ : float
        Duality gap: no solution is better by more than this.
    n_iter_ : int
        Steps.
    converged_ : bool
        Whether `tol` was met.

    References
    ----------
    .. [1] Zou & Hastie (2005), Regularization and variable selection via the elastic net, JRSS B 67(2).

    Examples
    --------
    >>> X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> model = ElasticNetMultinomial(C=1.0).fit(X, ["wt", "wt", "gdf3", "gdf3"])
    >>> model.predict([[-3.0]]).tolist(), model.converged_
    (['wt'], True)
    """

    def __init__(
        self,
        C: float = 10.0,
        *,
        l1_ratio: float = 0.2,
        tol: float = 1e-6,
        max_iter: int = 200,
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
    ) -> None:
        self.C = C
        self.l1_ratio = l1_ratio
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit to features and labels.

        Parameters
        ----------
        X : array-like, shape (n_rows, n_features)
            Features; standardise them first, the penalty treats all alike.
        y : array-like, shape (n_rows,)
            Labels of at least two classes.
        sample_weight : array-like, shape (n_rows,), optional
            Weight of each row, not negative.

        Returns
        -------
        ElasticNetMultinomial
            Itself, fitted.

        Raises
        ------
        InvalidInput
            If an option is out of range, or fewer than two classes have a row of positive weight.
        """
        self._check_options()
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        self.classes_ = np.unique(y[weight > 0])
        if len(self.classes_) < 2:
            msg = f"ElasticNetMultinomial needs at least 2 classes, found {len(self.classes_)} class"
            raise InvalidInput(msg)
        kept = weight > 0
        X, y, weight = X[kept], y[kept], weight[kept]
        codes: IntArray = np.searchsorted(self.classes_, y)
        weight *= self._class_weights(y, weight)[codes]
        made = fit_newton(
            X, codes, C=self.C, l1_ratio=self.l1_ratio, tol=self.tol, max_iter=self.max_iter, weight=weight
        )
        self.coef_, self.intercept_ = made.coef, made.intercept
        self.objective_, self.kkt_, self.gap_ = made.objective, made.kkt, made.gap
        self.n_iter_, self.converged_ = made.n_iter, made.converged
        return self

    def decision_function(self, X: Any) -> FloatArray:
        """Linear scores, shape (n_rows, n_classes), or (n_rows,) for two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        scores: FloatArray = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict_proba(self, X: Any) -> FloatArray:
        """Class probabilities, shape (n_rows, n_classes); rows sum to 1."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        rows = np.column_stack([X, np.ones(len(X))])
        probabilities, _ = softmax(linear_scores(np.column_stack([self.coef_, self.intercept_]), rows))
        return np.ascontiguousarray(probabilities.T)

    def predict(self, X: Any) -> np.ndarray[Any, Any]:
        """Most probable label of each row."""
        scores = self.decision_function(X)
        best = (scores > 0).astype(np.int64) if scores.ndim == 1 else scores.argmax(axis=1)
        labels: np.ndarray[Any, Any] = self.classes_[best]
        return labels

    def _class_weights(self, y: Any, weight: FloatArray) -> FloatArray:
        weights: FloatArray = compute_class_weight(
            self.class_weight, classes=self.classes_, y=y, sample_weight=weight
        )
        return weights

    def _check_options(self) -> None:
        for name, value, low, high in (
            ("C", self.C, 0.0, np.inf),
            ("tol", self.tol, 0.0, np.inf),
            ("max_iter", self.max_iter, 0, np.inf),
        ):
            if not low < value < high:
                msg = f"{name} is {value!r}; expected a number above {low:g}"
                raise InvalidInput(msg)
        if not 0 <= self.l1_ratio <= 1:
            msg = f"l1_ratio is {self.l1_ratio!r}; expected 0 to 1"
            raise InvalidInput(msg)
