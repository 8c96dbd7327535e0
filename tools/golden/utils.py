"""Golden data for keras.utils: labels, splits, images, boxes. See common.py.

An entry's `code` is an expression over `keras` and `np` whose value is compared.
"""

import common
import numpy as np

BOXES = "np.array([[[10., 20, 30, 60], [0, 0, 50, 40]]])"
FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip
PAIR = "np.array([[0., 0, 10, 10], [5, 5, 20, 15]]), np.array([[1., 2, 12, 9], [4, 6, 22, 18]])"
IMAGE = "(np.arange(6 * 8 * 3.).reshape(6, 8, 3) * 7 % 256)"


def expressions():
    yield "keras.utils.to_ordinal([0, 1, 3])"
    yield "keras.utils.to_ordinal(np.array([[1], [2]]), num_classes=4)"
    yield "keras.utils.warmstart_embedding_matrix(['a', 'b', 'c'], ['b', 'd', 'a'], np.arange(6.).reshape(3, 2), 'zeros')"
    for size, arguments in (
        (10, "left_size=0.6"),
        (10, "right_size=3"),
        (10, "left_size=2, right_size=0.3"),
        (10, "left_size=0.5, right_size=0.4"),
        (10, "left_size=0.6, shuffle=True, seed=3"),
        (7, "left_size=0.5"),
        (7, "right_size=0.5"),
        (7, "left_size=0.35, right_size=0.35"),
        (10, ""),
        (10, "left_size=1.5"),
        (10, "left_size=20"),
        (10, "left_size=0.01"),
        (10, "left_size='a'"),
        (10, "left_size=0.7, right_size=0.7"),
    ):
        yield f"[[int(v) for v in part] for part in keras.utils.split_dataset(np.arange({size}), {arguments})]"
    for size in ("(3, 3)", "(8, 5)", "(6, 8)"):
        for interpolation in ("bilinear", "nearest"):
            yield f"keras.preprocessing.image.smart_resize({IMAGE}.astype('float32'), {size}, {interpolation!r})"
    yield f"np.asarray(keras.utils.array_to_img({IMAGE}))"
    yield f"np.asarray(keras.utils.array_to_img({IMAGE}, scale=False))"
    yield f"np.asarray(keras.utils.array_to_img({IMAGE}[:, :, :1] * 2, scale=False))"
    yield f"keras.utils.img_to_array({IMAGE}[:, :, 0], data_format='channels_first')"
    for target in FORMATS:
        scale = 100 if target.startswith("rel") else 1
        yield f"keras.utils.bounding_boxes.convert_format({BOXES}, 'xyxy', {target!r}, height=100, width=80)"
        yield f"keras.utils.bounding_boxes.convert_format({BOXES} / {scale}, {target!r}, 'xyxy', height=100, width=80)"
    yield f"keras.utils.bounding_boxes.convert_format({BOXES}, 'xyxy', 'rel_xyxy')"
    yield f"keras.utils.bounding_boxes.convert_format({BOXES}, 'xyxy', 'corners')"
    clip = "{'boxes': np.array([[[-5., 3, 200, 50], [90, 10, 95, 20.]]]), 'labels': np.array([[1, 2]])}"
    for name in ("boxes", "labels"):
        yield f"keras.utils.bounding_boxes.clip_to_image_size({clip}, height=40, width=80)[{name!r}]"
    yield f"keras.utils.bounding_boxes.compute_iou({PAIR}, 'xyxy')"
    yield f"keras.utils.bounding_boxes.compute_iou({PAIR}, 'center_xywh')"
    masked = "np.array([[0., 0, 10, 10], [-1, -1, -1, -1]]), np.array([[5., 5, 15, 15], [-1, -1, -1, -1]])"
    yield f"keras.utils.bounding_boxes.compute_iou({masked}, 'xyxy', use_masking=True)"
    yield f"keras.utils.bounding_boxes.compute_ciou({PAIR}, 'xyxy')"
    for order in ("center_yxhw", "center_xywh"):
        for variance in (None, [0.1, 0.1, 0.2, 0.2]):
            for function in ("encode_box_to_deltas", "decode_deltas_to_boxes"):
                arguments = (
                    PAIR
                    if function.startswith("encode")
                    else f"*[{PAIR}][:1], np.array([[0.1, 0.2, 0.3, 0.4], [0., -0.1, 0.2, 0.1]], 'float32')"
                )
                yield f"keras.utils.bounding_boxes.{function}({arguments}, 'xyxy', 'xyxy', {order!r}, {variance})"
    yield f"keras.utils.bounding_boxes.crop({BOXES}, 5, 7, 30, 30)"
    yield f"keras.utils.bounding_boxes.pad({BOXES}, 5, 7)"


def cases(ctx):
    for code in expressions():
        answers = {}
        for framework, keras in ctx.frameworks.items():
            name = code.split("keras.", 1)[1].split("(", 1)[0].split(".")
            if not ctx.has(framework, *name):
                continue
            try:
                value = eval(code, {"keras": keras, "np": np})  # our own text above
                answers[framework] = {"value": value if isinstance(value, list) else ctx.array(value)}
            except Exception as error:
                answers[framework] = common.error_of(error)
        yield {"id": code, "kind": "expression", "code": code, "answers": answers}


if __name__ == "__main__":
    common.main("utils", cases, check_jax=False)
